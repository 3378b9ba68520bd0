import type { WordAction, WordList } from '@switchyard/site';
import type { ReviewedWord } from './review-list.js';

interface Head {
  readonly file: string;
  readonly category: string;
  readonly action: WordAction;
}

/** The reviewed words as two lists: what is acted on, and what is only recorded. */
export function reviewedLists(words: readonly ReviewedWord[], { file, category, action }: Head): readonly [WordList, WordList] {
  const blocking = words.filter((one) => one.tier === 'block');
  return [
    { file, category, action, words: blocking.map((one) => one.word), allow: [...new Set(blocking.flatMap((one) => one.allow))], standalone: blocking.filter((one) => one.isStandalone).map((one) => one.word) },
    { file: `${file} (ordinary)`, category, action: 'flag', words: words.filter((one) => one.tier === 'flag').map((one) => one.word), allow: [] },
  ];
}

/** A list as a file of `words/`. @param comment what stands above its head */
export function listAsFile(list: WordList, comment: string): string {
  const standalone = new Set(list.standalone);
  // A word that begins like a sign of the format is put so that it is read back as a word.
  const line = (word: string): string => (standalone.has(word) || /^[!=#]/.test(word) ? `=${word}` : word);
  return [`# ${comment}`, `# category: ${list.category}`, `# action: ${list.action}`, ...list.words.map(line), ...list.allow.map((word) => `!${word}`), ''].join('\n');
}
