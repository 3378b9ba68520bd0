/** Questions that differ in one thing that matters: every frame with either side of every option asks something else. */
export interface Contrast {
  readonly kind: string;
  /** `{x}` stands for a side of an option, `{p}` for any product, `{a}` for any further words that are the same on both sides. */
  readonly frames: readonly string[];
  readonly options: readonly (readonly [string, string])[];
}

/** Sentences that ask the same, in other words. */
export type SameAsks = readonly string[];

/** What the generator draws from, in one language. */
export interface PairSource {
  readonly contrasts: readonly Contrast[];
  readonly products: readonly string[];
  readonly same: readonly SameAsks[];
  /** Put before or behind a question, they change nothing. */
  readonly before: readonly string[];
  readonly behind: readonly string[];
}
