import { isDigitUnit, type NormalisedText } from './normalise.js';

/** What the list's own spelling of a word says about how it may stand in a text. */
export interface WordShape {
  /** Only Latin letters and digits. */
  readonly isLatin: boolean;
  /** Latin letters only. */
  readonly isLetters: boolean;
  /** Breaks that the word has of its own ("big deal" has one). */
  readonly ownBreaks: number;
}

/** Han, kana and other scripts that are written without spaces begin here. */
const FIRST_EAST_ASIAN = 0x2e80;
const SHORTEST_SPACED_OUT = 3;
/** A comma between two words of a sentence is not a disguise. */
const SENTENCE_BREAK = /[，。！？；：、…\n\r,!?;:]/;
const ONE_BRACKET = /^\s*[()[\]{}<>（）［］｛｝〔〕〈〉《》「」『』【】“”‘’"'＂]\s*$/;
const SOFT_BREAK = /[\s'’]/;
const INVISIBLE = /^[\p{M}\p{Cf}]*$/u;

export function shapeOf(word: string, view: string): WordShape {
  return { isLatin: /^[a-z0-9]+$/.test(view), isLetters: /^[a-z]+$/.test(view), ownBreaks: word.trim().split(/[\s'’]+/).length - 1 };
}

/** Whether a comma, the end of a sentence or the like stands in what is between two characters. */
export const isSentenceBreak = (between: string): boolean => SENTENCE_BREAK.test(between);

function isAlphabetic(code: number | undefined): boolean {
  return code !== undefined && code < FIRST_EAST_ASIAN;
}

/** Alphabetic ends of a word need a border in the original: "class" holds no "ass". Han words have none. */
export function hasBorders(text: NormalisedText, first: number, last: number): boolean {
  const { codes, starts, ends, length } = text;
  const joinedBefore = first > 0 && isAlphabetic(codes[first]) && isAlphabetic(codes[first - 1]) && (ends[first - 1] ?? 0) >= (starts[first] ?? 0);
  const joinedAfter = last + 1 < length && isAlphabetic(codes[last]) && isAlphabetic(codes[last + 1]) && (starts[last + 1] ?? 0) <= (ends[last] ?? 0);
  return !joinedBefore && !joinedAfter;
}

/** How many of the characters have something between them and the next one. */
function breaksIn({ starts, ends }: NormalisedText, first: number, last: number): number {
  let breaks = 0;
  for (let at = first; at < last; at++) if ((starts[at + 1] ?? 0) > (ends[at] ?? 0)) breaks++;
  return breaks;
}

/** Whether the characters stand side by side in the original, as nobody writes a word that is to be hidden. */
export function isUnbroken(text: NormalisedText, first: number, last: number): boolean {
  return breaksIn(text, first, last) === 0;
}

/** Whether the characters stand side by side, or apart all of them: then they are one word. */
export function isEven(text: NormalisedText, first: number, last: number): boolean {
  const breaks = breaksIn(text, first, last);
  return breaks === 0 || breaks === last - first;
}

/**
 * Whether what was skipped between the characters is a disguise of the word, or the border between two innocent ones.
 * "f*u*c*k", "f u c k" and "小*姐" are disguises; "he'll", "as set" and "他还小，姐姐" are not.
 */
export function breaksFit(text: NormalisedText, first: number, last: number, shape: WordShape): boolean {
  let breaks = 0;
  let soft = 0;
  let sentence = 0;
  for (let at = first; at < last; at++) {
    const from = text.ends[at] ?? 0;
    const to = text.starts[at + 1] ?? 0;
    if (to <= from) continue;
    const between = text.original.slice(from, to);
    if (INVISIBLE.test(between)) continue;
    breaks++;
    // "2~3条" is no "23条".
    if (isDigitUnit(text.codes[at] ?? 0) && isDigitUnit(text.codes[at + 1] ?? 0) && !shape.isLatin) return false;
    if (SENTENCE_BREAK.test(between)) sentence++;
    if (SENTENCE_BREAK.test(between) || SOFT_BREAK.test(between)) soft++;
  }
  if (breaks === 0) return true;
  const size = last - first + 1;
  const spacedOut = size >= SHORTEST_SPACED_OUT && breaks === size - 1;
  if (!shape.isLatin) {
    if (size === 2) return sentence === 0 && !isBorder(text, first);
    return sentence === 0 || spacedOut;
  }
  if (soft <= shape.ownBreaks && sentence === 0 && breaks <= shape.ownBreaks) return true;
  // "6.4" and "S M" are figures and sizes.
  if (!shape.isLetters || size < SHORTEST_SPACED_OUT) return false;
  return soft === 0 || spacedOut;
}

/** One bracket or quotation mark, or a space after a figure, stands between words of ordinary text: "同（居", "3 期". */
function isBorder(text: NormalisedText, first: number): boolean {
  const between = text.original.slice(text.ends[first], text.starts[first + 1]);
  return ONE_BRACKET.test(between) || (/^\s+$/.test(between) && isDigitUnit(text.codes[first] ?? 0));
}
