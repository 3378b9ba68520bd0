import { expect, it } from 'vitest';
import { hashIndexOf } from './hash-index.js';

it('finds the place of every hash, and of no other', () => {
  // Low bits that are all the same, and both halves of the 32 bits.
  const hashes = Uint32Array.from({ length: 5_000 }, (_, at) => (at * 0x0001_0000 + (at % 7)) >>> 0).toSorted();
  const distinct = Uint32Array.from(new Set(hashes));
  const { placeOf } = hashIndexOf(distinct);
  const known = new Map(Array.from(distinct, (hash, place) => [hash, place]));
  for (const [hash, place] of known) expect(placeOf(hash)).toBe(place);
  for (let at = 0; at < 5_000; at++) expect(placeOf(at * 0x0001_0003)).toBe(known.get((at * 0x0001_0003) >>> 0) ?? -1);
});

it('knows nothing where there is nothing', () => {
  expect(hashIndexOf(new Uint32Array(0)).placeOf(0)).toBe(-1);
});
