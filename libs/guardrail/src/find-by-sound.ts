import type { Found } from './find-plain.js';
import { isHanUnit, isLatinUnit, type NormalisedText } from './normalise.js';
import type { OrdinaryPairs } from './ordinary-pairs.js';
import { NO_SYLLABLE, type Readings } from './readings.js';
import { NO_STATE, NO_WORD, type WordTrie } from './word-trie.js';

/** What words by sound are sought with. */
export interface SoundSearch {
  readonly trie: WordTrie;
  readonly readings: Readings;
  readonly pairs: OrdinaryPairs;
  /** Latin words that are no pinyin: English, everyday abbreviations; lower case. */
  readonly known: (word: string) => boolean;
  /** The words' first characters by the syllable that they can be, and by the letter that it begins with. */
  readonly rootsOfSyllable: (syllable: number) => readonly number[];
  readonly rootsOfLetter: (letter: number) => readonly number[];
}

/** Longest run of letters that is read as pinyin. */
const LONGEST_RUN = 90;
/** Longest run that is read as first letters only. */
const LONGEST_INITIALS = 12;
/** How many characters of a word may stand before the first that is spelled. */
const REACH = 8;
/** States looked at for one character of a text, on average: hostile texts end there. */
const STEPS_A_UNIT = 400;
const SENTENCE_BREAK = /[，。！？；：、…\n\r,!?;:]/;
const MOST_DIGITS = 4;
const HAN = /\p{Script=Han}/u;
const FOREIGN_BEFORE = /[A-Za-z][\s.,'’&·-]{1,2}$/;
const FOREIGN_AFTER = /^[\s.,'’&·-]{1,2}[A-Za-z]/;
/** A sign that joins letters to more of a code or an address, and what follows it there. */
const JOINED_BEFORE = /[A-Za-z][.:-]$|[@#/\\_]$/;
const JOINED_AFTER = /^[@#/\\_]|^[.:-][A-Za-z]/;

/** Digits beside letters: "hg2026" and "jdvb730015" are codes; in "50kdfh元" and "帮我kdfh100元" letters stand beside an amount. */
function isLikeCode(before: string, after: string, letters: number): boolean {
  // Figures with a point or a dash between are amounts, however long.
  const digitsBefore = /[0-9]*[.:-]?$/.exec(before)?.[0].length ?? 0;
  const digitsAfter = /^[.:-]?[0-9]*/.exec(after)?.[0].length ?? 0;
  if (!/[0-9][.:-]?$/.test(before) && !/^[.:-]?[0-9]/.test(after)) return false;
  if (digitsBefore > MOST_DIGITS || digitsAfter > MOST_DIGITS) return true;
  if (digitsBefore > 0 && digitsAfter > 0) return letters < 3;
  return digitsAfter === 0 ? !HAN.test(after.slice(0, 1)) : letters < 3 || !HAN.test(before.slice(-1));
}

interface Run {
  readonly first: number;
  readonly end: number;
  readonly word: string;
  readonly isKnown: boolean;
}

/** Finds words of which at least one character is written in pinyin, whole or by its first letter. */
export function findSpelled(search: SoundSearch, text: NormalisedText, pinyin: Found, initials: Found): void {
  const { trie, readings } = search;
  const { codes, starts, ends, length, original } = text;
  let steps = 20_000 + length * STEPS_A_UNIT;

  const hasGap = (at: number): boolean => at > 0 && (starts[at] ?? 0) > (ends[at - 1] ?? 0);
  const isBroken = (at: number): boolean => hasGap(at) && SENTENCE_BREAK.test(original.slice(ends[at - 1], starts[at]));
  // Letters with gaps between are begun again from every one before them: each run is read once.
  const runs = new Map<number, Run>();
  const runAt = (first: number): Run => {
    let run = runs.get(first);
    if (!run) runs.set(first, (run = readRun(first)));
    return run;
  };
  const readRun = (first: number): Run => {
    let end = first + 1;
    let word = String.fromCharCode(codes[first] ?? 0);
    while (end < length && isLatinUnit(codes[end] ?? 0) && !hasGap(end)) word += String.fromCharCode(codes[end++] ?? 0);
    return { first, end, word, isKnown: search.known(word) };
  };
  /** Letters that stand for characters each: only where nothing says that they are something else. */
  const mayStandForCharacters = ({ first, end, word, isKnown }: Run, before: string, after: string): boolean => {
    if (!text.hasHan || isKnown || word.length > LONGEST_INITIALS) return false;
    const isLower = /^[a-zａ-ｚ]+$/.test(original.slice(starts[first], ends[end - 1]));
    // "de" of "Rio de Janeiro": a foreign phrase.
    return (isLower || word.length >= 5) && !FOREIGN_BEFORE.test(before) && !FOREIGN_AFTER.test(after) && !isLikeCode(before, after, end - first);
  };

  for (let at = 0; at < length; ) {
    if (!isLatinUnit(codes[at] ?? 0)) {
      at++;
      continue;
    }
    const run = runAt(at);
    if (run.end - run.first <= LONGEST_RUN) seek(run);
    at = run.end;
  }

  function seek(run: Run): void {
    const before = original.slice(Math.max(0, (starts[run.first] ?? 0) - 6), starts[run.first]);
    const after = original.slice(ends[run.end - 1], (ends[run.end - 1] ?? 0) + 6);
    // "HG-ab1", "www.a.com".
    const isPartOfCode = JOINED_BEFORE.test(before) || JOINED_AFTER.test(after);
    const mayBeInitials = !isPartOfCode && mayStandForCharacters(run, before, after);
    let first = run.first;

    const report = (last: number, state: number, exact: number, whole: number, letters: number, unknown: boolean): void => {
      const word = trie.wordOf[state] ?? NO_WORD;
      if (word === NO_WORD || whole + letters === 0) return;
      const size = exact + whole + letters;
      if (size < 2) return;
      if (letters === 0) {
        const isWholly = exact === 0;
        if (isWholly ? unknown && (text.hasHan || (size >= 3 && last - first >= 8)) : size >= 3 || unknown || run.word.length >= 3) pinyin(first, last, word);
      } else if (exact + whole === 0) {
        if (unknown) initials(first, last, word);
      } else if (size >= 3 && unknown) initials(first, last, word);
    };

    const go = (state: number, at: number, end: number, exact: number, whole: number, letters: number, unknown: boolean): void => {
      if (--steps < 0) return;
      if (at === end) {
        report(at - 1, state, exact, whole, letters, unknown);
        if (at >= length || isBroken(at)) return;
        if (isHanUnit(codes[at] ?? 0)) {
          const next = trie.child(state, codes[at] ?? 0);
          if (next !== NO_STATE) go(next, at + 1, at + 1, exact + 1, whole, letters, unknown);
        } else if (isLatinUnit(codes[at] ?? 0)) {
          const next = runAt(at);
          if (next.end - at <= LONGEST_RUN && letters === 0) go(state, at, next.end, exact, whole, letters, unknown || !next.isKnown);
        }
        return;
      }
      const code = codes[at] ?? 0;
      if (state !== 0) {
        const own = trie.child(state, code);
        if (own !== NO_STATE) go(own, at + 1, end, exact + 1, whole, letters, unknown);
      }
      readings.syllablesAt(codes, at, end, (syllable, to) => {
        // Tones by number: "kang1tiao4lou2".
        const after = to === end && to < length && !hasGap(to) && (codes[to] ?? 0) >= 0x31 && (codes[to] ?? 0) <= 0x34 && isLatinUnit(codes[to + 1] ?? 0) && to + 1 < length ? to + 1 : to;
        const goOn = (next: number): void => {
          if (after > to) {
            const following = runAt(after);
            go(next, after, following.end, exact, whole + 1, letters, unknown || !following.isKnown);
          } else go(next, to, end, exact, whole + 1, letters, unknown);
        };
        if (state === 0) for (const next of search.rootsOfSyllable(syllable)) goOn(next);
        else {
          const last = trie.endOfChildren(state);
          steps -= last - trie.firstChild(state);
          for (let next = trie.firstChild(state); next < last; next++) if (readings.sounds(trie.codeOf[next] ?? 0, syllable)) goOn(next);
        }
      });
      if (!mayBeInitials || at < run.first || at >= run.end) return;
      if (state === 0) for (const next of search.rootsOfLetter(code)) go(next, at + 1, end, exact, whole, letters + 1, unknown);
      else {
        const last = trie.endOfChildren(state);
        steps -= last - trie.firstChild(state);
        for (let next = trie.firstChild(state); next < last; next++) if (readings.begins(trie.codeOf[next] ?? 0, code)) go(next, at + 1, end, exact, whole, letters + 1, unknown);
      }
    };

    if (!isPartOfCode) go(0, run.first, run.end, 0, 0, 0, !run.isKnown);
    for (first = run.first - 1; first >= 0 && first >= run.first - REACH && isHanUnit(codes[first] ?? 0) && !isBroken(first + 1); first--) {
      let state = 0;
      for (let at = first; at < run.first && state !== NO_STATE; at++) state = trie.child(state, codes[at] ?? 0);
      if (state !== NO_STATE) go(state, run.first, run.end, run.first - first, 0, 0, !run.isKnown);
    }
  }
}

/** Which three syllables words of three characters and more may begin with. */
export interface SyllableFilter {
  readonly mayBegin: (first: number, second: number, third: number) => boolean;
}

/**
 * Finds words of three characters and more of which at most half are replaced by others of the same sound. What is
 * ordinary Chinese as it stands is none: a replaced character makes pairs that nobody writes.
 */
export function findHomophones(search: SoundSearch, filter: SyllableFilter, { codes, starts, ends, length }: NormalisedText, found: Found): void {
  const { trie, readings, pairs } = search;
  const syllable = (at: number): number => readings.usual[codes[at] ?? 0] ?? NO_SYLLABLE;
  let steps = 20_000 + length * STEPS_A_UNIT;
  let second = length > 1 ? syllable(1) : NO_SYLLABLE;
  let first = length > 0 ? syllable(0) : NO_SYLLABLE;
  for (let at = 0; at + 2 < length; at++) {
    const third = syllable(at + 2);
    if (first !== NO_SYLLABLE && second !== NO_SYLLABLE && third !== NO_SYLLABLE && filter.mayBegin(first, second, third)) {
      for (const root of search.rootsOfSyllable(first)) if (readings.usual[trie.codeOf[root] ?? 0] === first) go(at, at + 1, root, trie.codeOf[root] === codes[at] ? 0 : 1, trie.codeOf[root] !== codes[at], trie.codeOf[root] !== codes[at]);
    }
    first = second;
    second = third;
  }

  /** A replaced character at an end belongs to no word with its neighbour outside: "企业价" of "企业价格" stands for nothing. */
  function isApart(from: number, to: number, isReplacedFirst: boolean, isReplacedLast: boolean): boolean {
    if (isReplacedFirst && from > 0 && pairs.isInWord(codes[from - 1] ?? 0, codes[from] ?? 0)) return false;
    return !isReplacedLast || to + 1 >= length || !pairs.isInWord(codes[to] ?? 0, codes[to + 1] ?? 0);
  }

  function go(from: number, at: number, state: number, replaced: number, isReplacedFirst: boolean, isReplacedBefore: boolean): void {
    if (at === length || --steps < 0 || (starts[at] ?? 0) > (ends[at - 1] ?? 0)) return;
    const sound = syllable(at);
    if (sound === NO_SYLLABLE) return;
    const isOrdinary = pairs.isOrdinary(codes[at - 1] ?? 0, codes[at] ?? 0);
    const last = trie.endOfChildren(state);
    steps -= last - trie.firstChild(state);
    for (let next = trie.firstChild(state); next < last; next++) {
      const code = trie.codeOf[next] ?? 0;
      if (readings.usual[code] !== sound) continue;
      const isReplaced = code !== codes[at];
      if (isOrdinary && (isReplaced || isReplacedBefore)) continue;
      const count = replaced + (isReplaced ? 1 : 0);
      const word = trie.wordOf[next] ?? NO_WORD;
      const size = at - from + 1;
      if (word !== NO_WORD && size >= 3 && count > 0 && count * 2 <= size && isApart(from, at, isReplacedFirst, isReplaced)) found(from, at, word);
      go(from, at + 1, next, count, isReplacedFirst, isReplaced);
    }
  }
}
