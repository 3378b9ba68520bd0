import type { WordList } from '@switchyard/site';
import { shapeOf, type WordShape } from './check-match.js';
import { isHanUnit } from './normalise.js';

/** What a word of the trie is to the lists. */
export interface WordEntry {
  /** Number of the list, or ALLOWED: a longer word in which a match is harmless. */
  readonly list: number;
  readonly shape: WordShape;
  /** Only Han characters. */
  readonly isHan: boolean;
  /** Only where it is no part of a longer word. */
  readonly isStandalone: boolean;
}

/** In place of the number of a list. */
export const ALLOWED = 0xffff;

/** The entries of all words: almost every word has one, and 65,000 objects are what memory is made of. */
export class WordEntries {
  private readonly lists: Uint16Array;
  private readonly shapes: Uint16Array;
  private readonly more = new Map<number, WordEntry[]>();

  constructor(capacity: number) {
    this.lists = new Uint16Array(capacity);
    this.shapes = new Uint16Array(capacity);
  }

  add(word: number, isFirst: boolean, entry: WordEntry): void {
    if (isFirst) {
      this.lists[word] = entry.list;
      this.shapes[word] = (entry.shape.isLatin ? 1 : 0) | (entry.shape.isLetters ? 2 : 0) | (entry.isHan ? 4 : 0) | (entry.isStandalone ? 8 : 0) | (entry.shape.ownBreaks << 4);
      return;
    }
    this.more.set(word, [...(this.more.get(word) ?? []), entry]);
  }

  /** Calls `visit` with each entry of the word. */
  each(word: number, visit: (entry: WordEntry) => void): void {
    const bits = this.shapes[word] ?? 0;
    visit({ list: this.lists[word] ?? ALLOWED, isHan: (bits & 4) !== 0, isStandalone: (bits & 8) !== 0, shape: { isLatin: (bits & 1) !== 0, isLetters: (bits & 2) !== 0, ownBreaks: bits >>> 4 } });
    const more = this.more.get(word);
    if (more) for (const entry of more) visit(entry);
  }

  isHan(word: number): boolean {
    return ((this.shapes[word] ?? 0) & 4) !== 0;
  }
}

/** The entry of a word as a list spells it. */
export function entryOf(word: string, view: string, list: number, standalone: ReadonlySet<string>): WordEntry {
  let isHan = true;
  for (let at = 0; at < view.length && isHan; at++) isHan = isHanUnit(view.charCodeAt(at));
  return { list, shape: isHan ? HAN : shapeOf(word, view), isHan, isStandalone: standalone.has(word) };
}

const HAN: WordShape = { isLatin: false, isLetters: false, ownBreaks: 0 };

/** All words of the lists in the order in which they are numbered, with whether they are allowed instead of sought. */
export function* wordsOf(lists: readonly WordList[]): Generator<{ readonly word: string; readonly list: number; readonly isAllowed: boolean; readonly standalone: ReadonlySet<string> }> {
  for (const [list, { words, allow, standalone = [] }] of lists.entries()) {
    const set = new Set(standalone);
    for (const word of words) yield { word, list, isAllowed: false, standalone: set };
    for (const word of allow) yield { word, list: ALLOWED, isAllowed: true, standalone: set };
  }
}
