import type { WordAction, WordList } from '@switchyard/site';
import { breaksFit, hasBorders, repeatsFit, shapeOf, type WordShape } from './check-match.js';
import { plainLeet } from './plain-leet.js';
import { normalise, viewOf, type NormalisedText } from './normalise.js';
import { buildAutomaton, type WordAutomaton } from './word-automaton.js';

/** A sensitive word that stands in a text: from `start` to `end` of the original, in UTF-16 code units. */
export interface WordMatch {
  readonly category: string;
  readonly action: WordAction;
  readonly start: number;
  readonly end: number;
  /** The list that holds the word. */
  readonly file: string;
}

/** Finds the words of a site's lists, disguised or not. Immutable; safe to share. */
export interface WordMatcher {
  readonly find: (text: string) => WordMatch[];
  /** Distinct words, as they are matched. */
  readonly size: number;
}

interface Entry {
  /** undefined: a longer word in which a match is harmless. */
  readonly list: WordList | undefined;
  readonly shape: WordShape;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reversed, shorter words are too often other words. */
const SHORTEST_REVERSED = 3;

/**
 * Prepares the lists for matching. A word of any list's `allow` makes the matches inside it harmless, whichever list
 * they are of. 65,000 words take about a second.
 */
export function buildWordMatcher(lists: readonly WordList[]): WordMatcher {
  const entries = new Map<string, Entry[]>();
  const literals: { word: string; list: WordList }[] = [];
  const add = (view: string, entry: Entry): void => {
    const there = entries.get(view);
    if (there) there.push(entry);
    else entries.set(view, [entry]);
  };
  for (const list of lists) {
    for (const word of list.words) {
      const view = viewOf(normalise(word));
      // Emoji and signs have no view: they are sought as they stand.
      if (view === '') literals.push({ word, list });
      else {
        add(view, { list, shape: shapeOf(word, view) });
        if (/^\p{Script=Han}+$/u.test(view) && view.length >= SHORTEST_REVERSED) add(Array.from(view).toReversed().join(''), { list, shape: shapeOf(word, view) });
      }
    }
    for (const word of list.allow) {
      const view = viewOf(normalise(word));
      if (view !== '') add(view, { list: undefined, shape: shapeOf(word, view) });
    }
  }
  const automaton = buildAutomaton([...entries.keys()]);
  const entriesOf = [...entries.values()];

  const find = (text: string): WordMatch[] => {
    const matches: WordMatch[] = [];
    const harmless: Span[] = [];
    const keep = (normalised: NormalisedText, first: number, last: number, word: number, onlyLetters = false): void => {
      if (!hasBorders(normalised, first, last)) return;
      const span = { start: normalised.starts[first] ?? 0, end: normalised.ends[last] ?? 0 };
      for (const { list, shape } of entriesOf[word] ?? []) {
        if (onlyLetters && !shape.isLetters) continue;
        if (!breaksFit(normalised, first, last, shape)) continue;
        if (list) matches.push({ category: list.category, action: list.action, ...span, file: list.file });
        else harmless.push(span);
      }
    };
    const normalised = normalise(text);
    findPlain(automaton, normalised, (first, last, word) => keep(normalised, first, last, word));
    findRepeated(automaton, normalised, (first, last, word) => keep(normalised, first, last, word));
    const leet = plainLeet(text);
    if (leet) {
      const plain = normalise(leet.text);
      findPlain(automaton, plain, (first, last, word) => {
        if (leet.isDisguise(plain.starts[first] ?? 0, plain.ends[last] ?? 0)) keep(plain, first, last, word, true);
      });
    }
    for (const { word, list } of literals) {
      for (let start = text.indexOf(word); start !== -1; start = text.indexOf(word, start + word.length)) matches.push({ category: list.category, action: list.action, start, end: start + word.length, file: list.file });
    }
    return settle(matches, harmless);
  };
  return { find, size: entriesOf.length };
}

function findPlain(automaton: WordAutomaton, { codes, length }: NormalisedText, found: (first: number, last: number, word: number) => void): void {
  let state = 0;
  for (let at = 0; at < length; at++) {
    state = automaton.step(state, codes[at] ?? 0);
    if (state !== 0) automaton.wordsAt(state, (word) => found(at - (automaton.lengths[word] ?? 0) + 1, at, word));
  }
}

/** The same walk, where a repeated character that the word does not go on with counts once. */
function findRepeated(automaton: WordAutomaton, { codes, length }: NormalisedText, found: (first: number, last: number, word: number) => void): void {
  let hasRepeats = false;
  for (let at = 1; at < length && !hasRepeats; at++) hasRepeats = codes[at] === codes[at - 1];
  if (!hasRepeats) return;
  /** Where each counted character's run begins; a run lasts until the next begins. */
  const runs: number[] = [];
  let state = 0;
  for (let at = 0; at < length; at++) {
    const code = codes[at] ?? 0;
    const isRepeat = at > 0 && code === codes[at - 1] && state !== 0 && !automaton.goesOn(state, code);
    if (!isRepeat) {
      state = automaton.step(state, code);
      runs.push(at);
    }
    // At the last of a run, so that the match covers it whole.
    if (state === 0 || (at + 1 < length && codes[at + 1] === code && !automaton.goesOn(state, code))) continue;
    automaton.wordsAt(state, (word) => {
      const own = runs.slice(-(automaton.lengths[word] ?? 0));
      const first = own[0] ?? 0;
      if (at - first + 1 > own.length && repeatsFit(own.map((start, index) => (own[index + 1] ?? at + 1) - start))) found(first, at, word);
    });
  }
}

/** Drops what is harmless, what was found twice, and a word inside a longer one of the same list; in order of the text. */
function settle(matches: readonly WordMatch[], harmless: readonly Span[]): WordMatch[] {
  const within = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end;
  const longestFirst = matches
    .filter((match) => !harmless.some((span) => within(match, span)))
    .toSorted((a, b) => a.start - b.start || b.end - a.end || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
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
