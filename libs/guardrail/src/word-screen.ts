import { wordListsInSteps, type WordList } from '@switchyard/site';
import { buildWordMatcher, matcherInSteps, versionOf, type WordMatcher } from './word-matcher.js';

/** What is used of the time and of the event loop, given in: core has neither a clock nor timers. */
export interface Slicing {
  /** Milliseconds, of any origin. */
  readonly now: () => number;
  /** Resolves when others had their turn on the event loop. */
  readonly breathe: () => Promise<void>;
  /** Longest time that one slice of the work takes, in milliseconds; 5 by default. */
  readonly sliceMs?: number;
}

/** Drives work that is cut into small steps, so that what is under way is not held up. */
async function inSlices<Result>(steps: Generator<void, Result>, { now, breathe, sliceMs = 5 }: Slicing): Promise<Result> {
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
  /**
   * The same from the files of a site: relative path -> bytes. All of them are read before any counts.
   * @returns whether other lists than before are in force
   * @throws MeshError SITE_INVALID naming file and line; the lists in force stay
   */
  readonly take: (files: ReadonlyMap<string, Uint8Array>) => Promise<boolean>;
}

/**
 * @param lists the words in force from the start; they are prepared at once. Later ones are prepared aside, in slices:
 * 100,000 words take a second or two.
 */
export function createWordScreen(lists: readonly WordList[], slicing: Slicing): WordScreen {
  let matcher = buildWordMatcher(lists);
  let newest = 0;
  const replace: WordScreen['replace'] = async (next) => {
    const own = ++newest;
    const built = await inSlices(matcherInSteps(next), slicing);
    if (own !== newest) return false;
    matcher = built;
    return true;
  };
  return {
    current: () => matcher,
    replace,
    async take(files) {
      const before = matcher.version;
      const next = await inSlices(wordListsInSteps(files), slicing);
      return versionOf(next) !== before && (await replace(next));
    },
  };
}
