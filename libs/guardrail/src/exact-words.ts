import { buildTrie, NO_STATE, NO_WORD, type WordTrie } from './word-trie.js';

/** Words to be found exactly, letter for letter: what a review counts with, and what the screening is measured against. */
export interface ExactWords {
  /** Calls `found` with the number of each word that stands in the text; offsets in UTF-16 code units. */
  readonly each: (text: string, found: (word: number, start: number, end: number) => void) => void;
}

/** @param words distinct, non-empty; a word's number is its place in the list */
export function exactWords(words: readonly string[]): ExactWords {
  const trie = buildTrie(words);
  return { each: (text, found) => findExactly(trie, text, found) };
}

function findExactly(trie: WordTrie, text: string, found: (word: number, start: number, end: number) => void): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (trie.isWord(code)) found(trie.wordOf[trie.child(0, code)] ?? NO_WORD, at, at + 1);
    if (at + 1 === text.length || !trie.mayBegin(code, text.charCodeAt(at + 1))) continue;
    let state = trie.child(0, code);
    for (let to = at + 1; to < text.length && state !== NO_STATE; to++) {
      state = trie.child(state, text.charCodeAt(to));
      const word = state === NO_STATE ? NO_WORD : (trie.wordOf[state] ?? NO_WORD);
      if (word !== NO_WORD) found(word, at, to + 1);
    }
  }
}
