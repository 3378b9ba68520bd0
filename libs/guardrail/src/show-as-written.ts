import { mask } from './screen.js';
import type { WordMatch, WordMatcher } from './word-matcher.js';

/** What of a text that is still being written may be shown now. */
export interface Shown {
  /** Follows what was shown before; what must be masked is masked. */
  readonly text: string;
  /** The strongest action of the words that were found near it: nothing of the text may be given any more. */
  readonly blocked: 'refuse' | 'hand_over' | undefined;
  /** Categories of the site's words that were found. */
  readonly categories: readonly string[];
}

export interface ShowAsWritten {
  /** What the text goes on with. */
  add(piece: string): void;
  /**
   * Takes what may be shown of the text so far, up to `to` (UTF-16 units). Kept back is a word of the lists that is not
   * complete, one that blocks, and all behind it.
   */
  take(to?: number): Shown;
  /** The same, once nothing follows: what was not complete is so now. */
  takeRest(): Shown;
  /** All that was added. */
  readonly written: string;
  /** How much of it was shown or masked. */
  readonly taken: number;
}

/** What was shown before is looked at again with what follows, since a word may stand across the border. Longer than any word. */
const OVERLAP = 160;
/** A piece that is looked at must not begin inside a word. */
const INSIDE = /^[\p{L}\p{N}\p{M}]/u;
const HAN = /^\p{Script=Han}/u;
const MOST_INSIDE = 64;

function beginOf(text: string, at: number): number {
  let from = Math.max(0, at - OVERLAP);
  for (let steps = 0; from > 0 && steps < MOST_INSIDE && INSIDE.test(text.slice(from - 1)) && !HAN.test(text.slice(from - 1)); steps++) from--;
  return from;
}

const isBlock = ({ action }: WordMatch): boolean => action === 'refuse' || action === 'hand_over';

/**
 * A text on its way to its reader, screened with the site's words before each piece of it. Joined, the pieces are what
 * masking the whole text gives, as long as its words are not hidden; of a word that is hidden by other characters, spaces or
 * its order a beginning may be shown before it is known, never the whole.
 */
export function showAsWritten(matcher: WordMatcher): ShowAsWritten {
  let written = '';
  let taken = 0;

  const takeTo = (to: number, isWhole: boolean): Shown => {
    const from = beginOf(written, taken);
    const part = written.slice(from);
    const matches = matcher.find(part).map((match) => ({ ...match, start: match.start + from, end: match.end + from })).filter(({ end }) => end > taken);
    const blocks = matches.filter(isBlock);
    let end = Math.min(to, ...blocks.map(({ start }) => start));
    if (!isWhole) {
      end = Math.min(end, from + matcher.openFrom(part));
      // What follows decides whether a word that stands at the very end is one.
      for (const match of matches) if (match.action !== 'flag' && match.end === written.length) end = Math.min(end, match.start);
      // Half a character.
      if (end === written.length && /[\uD800-\uDBFF]$/.test(written)) end--;
    }
    end = Math.max(end, taken);
    const piece = written.slice(taken, end);
    const masks = matches.filter(({ action, start }) => action === 'mask' && start < end).map((match) => ({ start: Math.max(match.start, taken) - taken, end: Math.min(match.end, end) - taken }));
    taken = end;
    return { text: mask(piece, masks), blocked: (blocks.find(({ action }) => action === 'refuse') ?? blocks[0])?.action as Shown['blocked'], categories: [...new Set(matches.map(({ category }) => category))] };
  };

  return {
    add: (piece) => void (written += piece),
    take: (to = written.length) => takeTo(to, false),
    takeRest: () => takeTo(written.length, true),
    get written() {
      return written;
    },
    get taken() {
      return taken;
    },
  };
}
