import { createHash } from 'node:crypto';
import type { WordAction, WordDisguise, WordList } from '@switchyard/site';
import { beginsSpelled } from './begins-spelled.js';
import { breaksFit, hasBorders, isEven, isSentenceBreak, isUnbroken } from './check-match.js';
import { isSeenThrough, switchedOff } from './disguises.js';
import { findHomophones, findSpelled } from './find-by-sound.js';
import { findPlain, findRepeated } from './find-plain.js';
import { findSplit, splitCharacters } from './find-split.js';
import { isHanUnit, normalise, normaliseBuffers, viewOf, type NormalisedText } from './normalise.js';
import { ordinaryPairs } from './ordinary-pairs.js';
import { isTurnedAround } from './is-turned-around.js';
import { leetAtEnd, plainLeet } from './plain-leet.js';
import { soundSearchInSteps } from './sound-search.js';
import { ALLOWED, entryOf, WordEntries, wordsOf } from './word-entries.js';
import { NO_STATE, trieInSteps } from './word-trie.js';

/** A sensitive word that stands in a text: from `start` to `end` of the original, in UTF-16 code units. */
export interface WordMatch {
  readonly category: string;
  readonly action: WordAction;
  readonly start: number;
  readonly end: number;
  /** The list that holds the word. */
  readonly file: string;
  /** How it was hidden; `none` also where only letters, width, signs between or the like were changed. */
  readonly disguise: WordDisguise | 'none';
}

/** Finds the words of a site's lists, disguised or not. Immutable; safe to share. */
export interface WordMatcher {
  readonly find: (text: string) => WordMatch[];
  /**
   * Where in the text a word may stand that goes on behind its end; the length of the text where none may. The beginning of
   * a word that is hidden by other characters, spaces or its order is not known.
   */
  readonly openFrom: (text: string) => number;
  /** Distinct words, as they are matched. */
  readonly size: number;
  /** Names the lists that it was made of: 16 hex digits of a hash over all that they say. */
  readonly version: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Names what the lists say: 16 hex digits. Ten milliseconds for 100,000 words. */
export function versionOf(lists: readonly WordList[]): string {
  const hash = createHash('sha256');
  for (const list of lists) hash.update(JSON.stringify(list));
  return hash.digest('hex').slice(0, 16);
}

/** What is done between two yields takes about a millisecond. */
const WORDS_A_STEP = 256;

/**
 * Prepares the lists for matching. A word of any list's `allow` makes the matches inside it harmless, whichever list
 * they are of. 65,000 words take about half a second: a tier that is at work uses `matcherInSteps`.
 */
export function buildWordMatcher(lists: readonly WordList[]): WordMatcher {
  const steps = matcherInSteps(lists);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in small steps of a millisecond or so: whoever drives the generator may let others run in between. */
export function* matcherInSteps(lists: readonly WordList[]): Generator<void, WordMatcher> {
  const version = versionOf(lists);
  yield;
  const capacity = lists.reduce((sum, { words, allow }) => sum + words.length + allow.length, 0);
  const entries = new WordEntries(capacity);
  const numbers = new Map<string, number>();
  const literals: { word: string; list: WordList }[] = [];
  const buffers = normaliseBuffers();
  let count = 0;
  for (const { word, list, isAllowed, standalone } of wordsOf(lists)) {
    if (++count % WORDS_A_STEP === 0) yield;
    const view = viewOf(normalise(word, buffers));
    const own = lists[list];
    if (view === '' || (view.length === 1 && Array.from(word.trim().normalize('NFC')).length > 1)) {
      // Emoji and signs have no view, and one letter beside a sign is no word of its own: they are sought as they stand.
      if (own && !isAllowed) literals.push({ word, list: own });
      continue;
    }
    const number = numbers.get(view) ?? numbers.size;
    entries.add(number, !numbers.has(view), entryOf(word, view, list, standalone));
    numbers.set(view, number);
  }
  const size = numbers.size;
  const words = [...numbers.keys()];
  numbers.clear();
  yield;
  const trie = yield* trieInSteps(words);
  const search = yield* soundSearchInSteps(trie, words);
  const pairs = ordinaryPairs();
  const split = splitCharacters(search.isUsed);
  yield;
  return { size, version, ...matching(lists, literals, { entries, trie, search, pairs, split }) };
}

interface Prepared {
  readonly entries: WordEntries;
  readonly trie: Parameters<typeof findPlain>[0];
  readonly search: ReturnType<typeof soundSearchInSteps> extends Generator<void, infer Search> ? Search : never;
  readonly pairs: ReturnType<typeof ordinaryPairs>;
  readonly split: ReturnType<typeof splitCharacters>;
}

/** A word whose first letter stands alone: "I quit". */
const LONE_LETTER = /^\p{L}\s/u;

function matching(lists: readonly WordList[], literals: readonly { word: string; list: WordList }[], { entries, trie, search, pairs, split }: Prepared): Pick<WordMatcher, 'find' | 'openFrom'> {
  const off = lists.map(switchedOff);
  const buffers = normaliseBuffers();
  const leetBuffers = normaliseBuffers();
  const loneLetters = new Set(lists.flatMap(({ words, allow }) => [...words, ...allow]).filter((word) => LONE_LETTER.test(word)).map((word) => normalise(word.slice(0, 1)).codes[0] ?? 0));

  const isPartOfWord = ({ codes, starts, ends, length }: NormalisedText, first: number, last: number): boolean =>
    (first > 0 && (ends[first - 1] ?? 0) === (starts[first] ?? 0) && pairs.isOftenInWord(codes[first - 1] ?? 0, codes[first] ?? 0)) ||
    (last + 1 < length && (ends[last] ?? 0) === (starts[last + 1] ?? 0) && pairs.isOftenInWord(codes[last] ?? 0, codes[last + 1] ?? 0));

  const find = (text: string): WordMatch[] => {
    const matches: WordMatch[] = [];
    const harmless: Span[] = [];
    const keep = (view: NormalisedText, first: number, last: number, word: number, disguise: WordMatch['disguise']): void => {
      if (disguise !== 'pinyin' && disguise !== 'initials' && !hasBorders(view, first, last)) return;
      const span = { start: view.starts[first] ?? 0, end: view.ends[last] ?? 0 };
      entries.each(word, ({ list, shape, isStandalone }) => {
        if (disguise === 'leet' && !shape.isLetters) return;
        if (disguise !== 'pinyin' && disguise !== 'initials' && !breaksFit(view, first, last, shape)) return;
        if (list === ALLOWED) {
          // "a*bc" hides "ab", whatever "abc" means, and first letters may be of anything.
          if (disguise === 'none' && (shape.isLatin || isEven(view, first, last))) harmless.push(span);
          return;
        }
        const own = lists[list];
        if (!own || !isSeenThrough(off[list] ?? 0, disguise, view, first, last) || (isStandalone && disguise === 'none' && isUnbroken(view, first, last) && isPartOfWord(view, first, last))) return;
        matches.push({ category: own.category, action: own.action, ...span, file: own.file, disguise });
      });
    };

    const view = normalise(text, buffers);
    findPlain(
      trie,
      view,
      (first, last, word) => keep(view, first, last, word, 'none'),
      (first, last, word) => {
        if (entries.isHan(word) && isTurnedAround(pairs, view, first, last)) keep(view, first, last, word, 'reversed');
      },
    );
    if (view.hasRepeat) {
      findRepeated(trie, view, (first, last, word) => {
        if (last - first + 1 > 1) keep(view, first, last, word, 'repeated');
      });
    }
    if (view.hasHan) {
      findHomophones(search, search.filter, view, (first, last, word) => keep(view, first, last, word, 'homophones'));
      findSplit(trie, split, pairs, view, (first, last, word) => keep(view, first, last, word, 'split'));
    }
    if (view.hasLatin) {
      findSpelled(search, view, (first, last, word) => keep(view, first, last, word, 'pinyin'), (first, last, word) => keep(view, first, last, word, 'initials'));
      const leet = plainLeet(text);
      if (leet) {
        const plain = normalise(leet.text, leetBuffers);
        findPlain(
          trie,
          plain,
          (first, last, word) => {
            if (leet.isDisguise(plain.starts[first] ?? 0, plain.ends[last] ?? 0)) keep(plain, first, last, word, 'leet');
          },
          () => undefined,
        );
      }
    }
    for (const { word, list } of literals) {
      for (let start = text.indexOf(word); start !== -1; start = text.indexOf(word, start + word.length)) matches.push({ category: list.category, action: list.action, start, end: start + word.length, file: list.file, disguise: 'none' });
    }
    return matches.length === 0 ? matches : settle(matches, harmless);
  };

  /** Whether a word goes on behind a single character and what stands behind that: none does behind the end of a sentence, and behind a letter that stands alone ("a cup") only one that has such a letter of its own. */
  const mayGoOnAlone = (code: number, behind: string): boolean => !isSentenceBreak(behind) && (isHanUnit(code) || behind.trimEnd() === behind || loneLetters.has(code));

  /** Where in the view a word of the lists begins that its end breaks off. */
  const unfinishedFrom = ({ original, codes, starts, ends, length }: NormalisedText): number => {
    for (let at = Math.max(0, length - 2 * REACH); at < length; at++) {
      const isInside = at > 0 && !isHanUnit(codes[at] ?? 0) && !isHanUnit(codes[at - 1] ?? 0) && ends[at - 1] === starts[at];
      if (isInside) continue;
      let state = 0;
      for (let to = at; to < length && state !== NO_STATE; to++) {
        const next = trie.child(state, codes[to] ?? 0);
        state = next === NO_STATE && to > at && codes[to] === codes[to - 1] ? state : next;
      }
      if (state === NO_STATE || trie.firstChild(state) >= trie.endOfChildren(state)) continue;
      if (at + 1 === length && !mayGoOnAlone(codes[at] ?? 0, original.slice(ends[at]))) continue;
      return starts[at] ?? 0;
    }
    return original.length;
  };

  const openFrom = (text: string): number => {
    const view = normalise(text, buffers);
    const { codes, starts, ends, length } = view;
    let open = unfinishedFrom(view);
    let tail = length;
    while (tail > 0 && !isHanUnit(codes[tail - 1] ?? 0) && ends[tail - 1] === (tail === length ? text.length : starts[tail])) tail--;
    // Letters among characters may stand for some; elsewhere only a word that is spelled as a listed one.
    if (tail < length && (view.hasHan || (length - tail >= SHORTEST_SPELLED && beginsSpelled(search, view, tail)))) open = Math.min(open, starts[tail] ?? open);
    const leet = leetAtEnd(text);
    if (leet !== undefined) open = Math.min(open, unfinishedFrom(normalise(leet, leetBuffers)));
    for (const { word } of literals) for (let size = Math.min(word.length - 1, text.length); size > 0; size--) if (text.endsWith(word.slice(0, size))) open = Math.min(open, text.length - size);
    return open;
  };
  return { find, openFrom };
}

/** Of pinyin in a text without characters, fewer letters may be anything. */
const SHORTEST_SPELLED = 5;
/** How far before the end of a text a word may begin that is not complete, in units of the view. */
const REACH = 50;

/** Drops what is harmless, what was found twice, and a word inside a longer one of the same list; in order of the text. */
function settle(matches: readonly WordMatch[], harmless: readonly Span[]): WordMatch[] {
  const within = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end;
  const longestFirst = (harmless.length === 0 ? matches : matches.filter((match) => !harmless.some((span) => within(match, span)))).toSorted(
    (a, b) => a.start - b.start || b.end - a.end || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0),
  );
  const kept: WordMatch[] = [];
  const reach = new Map<string, number>();
  for (const match of longestFirst) {
    // Sorted by start, longest first: a match of the list that reaches no further than an earlier one lies within it.
    if (match.end <= (reach.get(match.file) ?? 0)) continue;
    reach.set(match.file, match.end);
    kept.push(match);
  }
  return kept;
}
