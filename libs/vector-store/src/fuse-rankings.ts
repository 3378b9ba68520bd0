/** How much the first ranks outweigh the later ones; 60 as in the paper (Cormack et al. 2009), Qdrant's own default is 2. */
export const RRF_K = 60;

/**
 * Reciprocal rank fusion by Qdrant's formula: an entry of rank r (from 0) in a ranking of weight w adds
 * `1 / ((r + 1) / w + k - 1)`. Returns the entries with their sums, best first; equals keep the order they came in.
 */
export function fuseRankings<Key>(rankings: readonly { readonly keys: readonly Key[]; readonly weight: number }[], k: number = RRF_K): { key: Key; score: number }[] {
  const scores = new Map<Key, number>();
  for (const { keys, weight } of rankings) {
    for (const [rank, key] of keys.entries()) scores.set(key, (scores.get(key) ?? 0) + 1 / ((rank + 1) / weight + k - 1));
  }
  return [...scores].map(([key, score]) => ({ key, score })).toSorted((left, right) => right.score - left.score);
}
