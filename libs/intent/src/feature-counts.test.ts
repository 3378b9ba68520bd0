import { expect, it } from 'vitest';
import { FeatureCounts } from './feature-counts.js';

it('counts the features of one text after the other, in the order in which they were met', () => {
  const counted = new FeatureCounts();
  // The third is longer than the buffers that are kept, the others grow and reuse them.
  for (const [length, spread] of [[700, 50], [3_000, 4_000], [40_000, 90_000], [0, 1], [900, 7], [2_500, 0x1_0000]] as const) {
    counted.clear();
    const known = new Map<number, number>();
    for (let at = 0; at < length; at++) {
      const feature = Math.imul(Math.imul(at, 0x9e3779b1) >>> 7, 1) % spread | (at % 3 === 0 ? 0x8000_0000 : 0);
      counted.add(feature);
      known.set(feature >>> 0, (known.get(feature >>> 0) ?? 0) + 1);
    }
    const seen = Array.from({ length: counted.size }, (_, at) => [counted.hashes[at], counted.counts[at]]);
    expect(seen).toEqual([...known]);
  }
});
