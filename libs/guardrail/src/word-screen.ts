import type { WordList } from '@switchyard/site';
import { buildWordMatcher, matcherInSteps, type MatcherOptions, type WordMatcher } from './word-matcher.js';

/** What is used of the time and of the event loop, given in: core has neither a clock nor timers. */
export interface Slicing {
  /** Milliseconds, of any origin. */
  readonly now: () => number;
  /** Resolves when others had their turn on the event loop. */
  readonly breathe: () => Promise<void>;
  /** Longest time that one slice of the work takes, in milliseconds; 5 by default. */
  readonly sliceMs?: number;
}

/** Builds a matcher aside, in slices, so that what is under way is not held up. 100,000 words take a second or two. */
export async function buildWordMatcherAside(lists: readonly WordList[], { now, breathe, sliceMs = 5 }: Slicing, options: MatcherOptions = {}): Promise<WordMatcher> {
  const steps = matcherInSteps(lists, options);
  let began = now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (now() - began < sliceMs) continue;
    await breathe();
    began = now();
  }
}

/** The words in force. Whoever screens a text takes `current` once and uses it to the end of that text. */
export interface WordScreen {
  /** The matcher of one set of lists, whole. */
  readonly current: () => WordMatcher;
  /**
   * Puts other lists in force when they are ready. Of several calls the newest wins, in whatever order they get ready;
   * an older one is given up.
   * @returns whether these lists were put in force
   */
  readonly replace: (lists: readonly WordList[]) => Promise<boolean>;
}

/** @param lists the words in force from the start; they are prepared at once */
export function createWordScreen(lists: readonly WordList[], slicing: Slicing, options: MatcherOptions = {}): WordScreen {
  let matcher = buildWordMatcher(lists, options);
  let newest = 0;
  return {
    current: () => matcher,
    async replace(next) {
      const own = ++newest;
      const built = await buildWordMatcherAside(next, slicing, options);
      if (own !== newest) return false;
      matcher = built;
      return true;
    },
  };
}
