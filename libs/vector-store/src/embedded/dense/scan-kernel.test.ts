import { describe, expect, it } from 'vitest';
import { Chance } from '@switchyard/testing';
import { scanModule } from './scan-kernel.js';
import { instantiate, wasm } from './scan.worker.js';
import { DenseIndex } from './dense-index.js';

/** The kernel over vectors of 8 bits, and the same in plain JavaScript. */
function both(query: Int16Array, vectors: readonly Int8Array[], scales: readonly number[], mask: readonly number[]): { kernel: number[]; plain: number[] } {
  const bytes = Math.ceil(query.length / 16) * 16;
  const memory = new wasm.Memory({ initial: 4, maximum: 65_536, shared: true });
  const at = { query: 0, vectors: 65_536, scales: 196_608, mask: 204_800, out: 212_992 };
  new Int16Array(memory.buffer, at.query, query.length).set(query);
  for (const [index, vector] of vectors.entries()) new Int8Array(memory.buffer, at.vectors + index * bytes, vector.length).set(vector);
  new Float32Array(memory.buffer, at.scales, scales.length).set(scales);
  new Uint8Array(memory.buffer, at.mask, mask.length).set(mask);
  instantiate(scanModule(), memory)(at.query, at.vectors, at.scales, at.mask, at.out, vectors.length, bytes);
  const plain = vectors.map((vector, index) => (mask[index] === 0 ? -Infinity : Math.fround(vector.reduce((sum, value, dimension) => sum + value * (query[dimension] ?? 0), 0) * Math.fround(scales[index] ?? 0))));
  return { kernel: [...new Float32Array(memory.buffer, at.out, vectors.length)], plain };
}

describe('the kernel', () => {
  it.each([1, 2, 15, 16, 17, 31, 384, 1_000, 1_024])('gives what plain JavaScript gives, with %i dimensions', (dimension) => {
    const chance = new Chance(`kernel ${dimension}`);
    const number = (): number => Math.floor(chance.next() * 256) - 128;
    const vectors = Array.from({ length: 60 }, () => Int8Array.from({ length: dimension }, number));
    const { kernel, plain } = both(Int16Array.from({ length: dimension }, number), vectors, vectors.map(() => chance.next() + 0.001), vectors.map(() => (chance.next() < 0.3 ? 0 : 1)));
    expect(kernel).toEqual(plain);
    expect(kernel).toContain(-Infinity);
  });

  it.each([[127, 127], [-128, -128], [-128, 127], [0, 127]])('does not overflow with all numbers %i and %i', (left, right) => {
    const { kernel, plain } = both(new Int16Array(1_536).fill(left), [new Int8Array(1_536).fill(right)], [1], [1]);
    expect(kernel).toEqual(plain);
    expect(kernel[0]).toBe(left * right * 1_536);
  });
});

describe('a scan', () => {
  const random = (chance: Chance, dimension: number): Float32Array => {
    const vector = Float32Array.from({ length: dimension }, () => chance.next() * 2 - 1);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };

  it('keeps the best in order over several blocks, and of equals the lower slot', async () => {
    const chance = new Chance('scan');
    const index = new DenseIndex();
    const vectors = Array.from({ length: 2_500 }, () => random(chance, 20));
    for (const [slot, vector] of vectors.entries()) if (slot % 7 !== 3) index.set(slot, vector);
    // The same vector in three blocks.
    const same = random(chance, 20);
    for (const slot of [2_200, 30, 1_100]) index.set(slot, same);
    const accepts = (slot: number): boolean => slot % 5 !== 4;
    const { slots, scores } = await index.nearest(same, 12, accepts);
    expect([...slots.subarray(0, 3)]).toEqual([30, 1_100, 2_200]);
    expect(scores[0]).toBeCloseTo(1, 2);
    expect([...scores]).toEqual([...scores].toSorted((left, right) => right - left));
    for (const slot of slots) expect(slot % 5 !== 4 && (slot % 7 !== 3 || slot === 1_100)).toBe(true);
    const all = await index.nearest(same, 10_000, accepts);
    const [kept, every] = [[...slots], [...all.slots]];
    expect(every.slice(0, 12)).toEqual(kept);
    expect(every).toHaveLength(Array.from({ length: 2_500 }, (_, slot) => slot).filter((slot) => accepts(slot) && (slot % 7 !== 3 || slot === 30 || slot === 1_100 || slot === 2_200)).length);
  });

  it('is near the cosine, whatever the length of the query', async () => {
    const chance = new Chance('cosine');
    const index = new DenseIndex();
    const vectors = Array.from({ length: 50 }, () => random(chance, 100));
    for (const [slot, vector] of vectors.entries()) index.set(slot, vector);
    const query = random(chance, 100).map((value) => value * 40);
    const { slots, scores } = await index.nearest(query, 50, () => true);
    for (const [at, slot] of slots.entries()) expect(scores[at]).toBeCloseTo(vectors[slot]?.reduce((sum, value, dimension) => sum + (value * (query[dimension] ?? 0)) / 40, 0) ?? Number.NaN, 2);
  });

  it('of nothing finds nothing, and does not compare vectors of another length', async () => {
    const index = new DenseIndex();
    expect((await index.nearest(new Float32Array([1]), 5, () => true)).slots).toHaveLength(0);
    index.set(0, new Float32Array([1, 0]));
    expect((await index.nearest(new Float32Array([1]), 5, () => true)).slots).toHaveLength(0);
    expect((await index.nearest(new Float32Array([1, 0]), 5, () => false)).slots).toHaveLength(0);
    // A vector of nothing but zeros is no direction.
    expect([...(await index.nearest(new Float32Array([0, 0]), 5, () => true)).scores]).toEqual([0]);
  });
});
