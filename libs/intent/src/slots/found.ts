/** A value that stands in a text: what it is, and where. */
export interface Found<Value> {
  readonly value: Value;
  readonly raw: string;
  /** Where it begins, in UTF-16 code units. */
  readonly index: number;
}

/**
 * A pattern, with what its match means; undefined where it means nothing after all. `needs` is something simple without
 * which the pattern cannot hold: most messages name no day and no sum, and are not read for each way to write one.
 */
export type Reading<Value, Context> = readonly [pattern: RegExp, read: (groups: Readonly<Record<string, string | undefined>>, context: Context) => Value | undefined, needs: RegExp];

export const DIGIT = /\d/;

/** What the readings find in a text, in its order: of two that overlap the one that begins first, of equals the longer. */
export function findAll<Value, Context>(text: string, readings: readonly Reading<Value, Context>[], context: Context): Found<Value>[] {
  const found: Found<Value>[] = [];
  for (const [pattern, read, needs] of readings) {
    // Asked before all matches are: that makes a pattern of its own for the text.
    if (!needs.test(text) || text.search(pattern) === -1) continue;
    for (const match of text.matchAll(pattern)) {
      const value = read(match.groups ?? {}, context);
      if (value !== undefined) found.push({ value, raw: match[0].trim(), index: match.index });
    }
  }
  if (found.length === 0) return found;
  let end = 0;
  return found
    .toSorted((a, b) => a.index - b.index || b.raw.length - a.raw.length)
    .filter((one) => {
      if (one.index < end) return false;
      end = one.index + one.raw.length;
      return true;
    });
}
