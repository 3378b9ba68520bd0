import type { SoundSearch } from './find-by-sound.js';
import type { NormalisedText } from './normalise.js';

/** Steps for one run of letters: hostile texts end there, and count as the beginning of a word. */
const MOST_STEPS = 2_000;

/** Whether letters from `first` to the end of the text are the beginning of a listed word in pinyin, broken off anywhere. */
export function beginsSpelled({ trie, readings, rootsOfSyllable, rootsOfLetter }: SoundSearch, { codes, length }: NormalisedText, first: number): boolean {
  let steps = MOST_STEPS;
  const childrenOf = (state: number): number[] => Array.from({ length: trie.endOfChildren(state) - trie.firstChild(state) }, (_, at) => trie.firstChild(state) + at);
  const go = (state: number, at: number): boolean => {
    if (at === length || --steps < 0) return true;
    let isBeginning = false;
    readings.syllablesAt(codes, at, length, (syllable, to) => {
      const next = state === 0 ? rootsOfSyllable(syllable) : childrenOf(state).filter((child) => readings.sounds(trie.codeOf[child] ?? 0, syllable));
      isBeginning ||= next.some((child) => go(child, to));
    });
    if (isBeginning || !readings.isBeginning(codes, at, length)) return isBeginning;
    const letter = codes[at] ?? 0;
    return state === 0 ? rootsOfLetter(letter).length > 0 : childrenOf(state).some((child) => readings.begins(trie.codeOf[child] ?? 0, letter));
  };
  return go(0, first);
}
