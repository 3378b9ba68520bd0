import { afterEach, describe, expect, it } from 'vitest';
import { Chance } from '@switchyard/testing';
import { DenseIndex } from './dense-index.js';
import { ScanThread } from './scan-thread.js';

const random = (chance: Chance, dimension: number): Float32Array => Float32Array.from({ length: dimension }, () => chance.next() - 0.5);

describe('the thread that scans', () => {
  const thread = new ScanThread();
  afterEach(() => thread.close());

  it('finds what a scan of this thread finds, of several memories and while they grow', async () => {
    const chance = new Chance('thread');
    const indexes = [new DenseIndex(), new DenseIndex()];
    for (let round = 0; round < 3; round++) {
      for (const index of indexes) for (let slot = round * 1_500; slot < (round + 1) * 1_500; slot++) index.set(slot, random(chance, 48));
      const query = random(chance, 48);
      const accepts = (slot: number): boolean => slot % 3 !== 1;
      const found = await Promise.all(indexes.map((index) => index.nearest(query, 20, accepts, (memory, request) => thread.scan(memory, request))));
      for (const [at, index] of indexes.entries()) expect(found[at]).toEqual(await index.nearest(query, 20, accepts));
      expect(found[0]?.slots).not.toEqual(found[1]?.slots);
    }
  });

  it('is started again after it was ended or a memory was forgotten, and tells whoever waits', async () => {
    const index = new DenseIndex();
    index.set(0, new Float32Array([1, 0]));
    const scan = (): Promise<unknown> => index.nearest(new Float32Array([1, 0]), 1, () => true, (memory, request) => thread.scan(memory, request)).then(({ slots }) => [...slots]);
    expect(await scan()).toEqual([0]);
    const [lost] = await Promise.allSettled([scan(), thread.close()]);
    // Whichever was first: nobody waits for ever.
    expect(lost.status === 'rejected' ? lost.reason : { code: 'INTERNAL', found: lost.value }).toMatchObject({ code: 'INTERNAL' });
    expect(await scan()).toEqual([0]);
    if (index.place) thread.forget(index.place);
    expect(await scan()).toEqual([0]);
  });
});
