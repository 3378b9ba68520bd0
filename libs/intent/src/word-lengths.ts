const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Runs of Han characters -> the lengths of their words. Clauses of one message come again as its parts; more is not kept. */
const kept = new Map<string, readonly number[]>();
const MOST_KEPT = 16;
const LONGEST_KEPT = 64;

/** The lengths of the words of a run of Han characters, in UTF-16 units, by the Unicode library's dictionary; their sum is the length of the run. */
export function wordLengths(run: string): readonly number[] {
  const there = kept.get(run);
  if (there) return there;
  const lengths: number[] = [];
  for (const { segment } of segmenter.segment(run)) lengths.push(segment.length);
  if (run.length <= LONGEST_KEPT) {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(run, lengths);
  }
  return lengths;
}
