import { isDigitUnit, isHanUnit, type NormalisedText } from './normalise.js';
import { NO_STATE, NO_WORD, type WordTrie } from './word-trie.js';

/** Told of a word of the trie that stands in the view from unit `first` to unit `last`. */
export type Found = (first: number, last: number, word: number) => void;

/** Every word as it stands, and every word that stands backwards. */
export function findPlain(trie: WordTrie, { codes, length }: NormalisedText, found: Found, reversed: Found): void {
  for (let at = 0; at < length; at++) {
    const code = codes[at] ?? 0;
    if (trie.isWord(code)) found(at, at, trie.wordOf[trie.child(0, code)] ?? NO_WORD);
    if (at + 1 === length) return;
    const next = codes[at + 1] ?? 0;
    if (trie.mayBegin(code, next)) {
      let state = trie.child(0, code);
      for (let to = at + 1; to < length && state !== NO_STATE; to++) {
        state = trie.child(state, codes[to] ?? 0);
        const word = state === NO_STATE ? NO_WORD : (trie.wordOf[state] ?? NO_WORD);
        if (word !== NO_WORD) found(at, to, word);
      }
    }
    if (isHanUnit(next) && trie.mayBegin(next, code)) {
      let state = trie.child(0, next);
      for (let to = at; to >= 0 && state !== NO_STATE; to--) {
        state = trie.child(state, codes[to] ?? 0);
        const word = state === NO_STATE ? NO_WORD : (trie.wordOf[state] ?? NO_WORD);
        if (word !== NO_WORD) reversed(to, at + 1, word);
      }
    }
  }
}

/** A run of this length is drawn out wherever it stands in a word; two are no more than a word said twice. */
const DRAWN_OUT = 3;
/** How far before a run that is drawn out a word may begin, in units. */
const REACH = 16;

/** Words with repeated characters: all of them doubled ("康康跳跳楼楼"), or one drawn out ("fuuuck"). */
export function findRepeated(trie: WordTrie, { codes, length }: NormalisedText, found: Found): void {
  const runAt = (at: number): number => {
    let end = at + 1;
    while (end < length && codes[end] === codes[at]) end++;
    return end - at;
  };
  let tried = 0;
  for (let at = 0; at < length; ) {
    const run = isDigitUnit(codes[at] ?? 0) ? 1 : runAt(at);
    const size = run === 1 ? 1 : runAt(at);
    if (run >= DRAWN_OUT) {
      for (let from = Math.max(tried, at - REACH); from <= at; from++) if (from === 0 || codes[from] !== codes[from - 1]) walk(trie, codes, length, from, found);
      tried = at + 1;
    } else if (run === 2 && at >= tried && at + 2 < length && codes[at + 2] === codes[at + 3] && codes[at + 2] !== codes[at]) walk(trie, codes, length, at, found);
    at += size;
  }
}

/** Tries both readings of a run where the word may go on with the same character ("混混" is a word, "混混蛋蛋" another). */
function walk(trie: WordTrie, codes: Uint16Array, length: number, from: number, found: Found): void {
  const go = (from: number, at: number, before: number, isDoubled: boolean, isDrawnOut: boolean): void => {
    if (at >= length) return;
    const code = codes[at] ?? 0;
    let end = at + 1;
    while (end < length && codes[end] === code) end++;
    const run = end - at;
    let state = before;
    for (let own = 1; own <= run; own++) {
      state = trie.child(state, code);
      if (state === NO_STATE) return;
      const doubled = isDoubled && run >= own * 2;
      const drawnOut = isDrawnOut || run - own >= 2;
      const word = trie.wordOf[state] ?? NO_WORD;
      if (word !== NO_WORD && (doubled || drawnOut)) found(from, end - 1, word);
      go(from, end, state, doubled, drawnOut);
    }
  };
  go(from, from, 0, true, false);
}
