import { normaliseText } from './normalise-text.js';
import { CHINESE_STOP_WORDS, ENGLISH_STOP_WORDS } from './stop-words.js';

/** A stretch of a text, in UTF-16 code units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** More than that is no summary any more. */
export const MOST_KEYWORDS = 8;
const WORDS_A_PHRASE = 3;
const LONGEST_WORD = 24;
/** A message says what it wants in its first sentences; longer ones are pasted text. */
const READ_CHARACTERS = 2_000;
/** What stands in place of what is hidden: a border that no phrase spans. */
const BORDER = '\n';

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
// Latin with inner joints ("e-invoice", "usb-c"), a run of Han, or a sign that ends a phrase. Spaces do not.
const PIECES = /[[\p{L}\p{N}]--\p{Script=Han}]+(?:['._\-\/][[\p{L}\p{N}]--\p{Script=Han}]+)*|\p{Script=Han}+|[^\p{L}\p{N} ]/gv;
const HAN = /^\p{Script=Han}/u;
/** Nearly all Han characters lie in one block; asking the pattern costs more. */
const isHan = (text: string): boolean => (text.charCodeAt(0) >= 0x4e00 && text.charCodeAt(0) <= 0x9fff) || HAN.test(text);

/**
 * The keywords of a message, the most telling first, eight at most, by RAKE (Rose, Engel, Cramer, Cowley 2010): phrases
 * are what stands between stop words and signs; a word counts as much as the phrases that it stands in are long, by how
 * often it stands; a phrase as much as its words. Equal ones in the order of the text. Needs nothing but the text, so that the same
 * message has the same keywords everywhere. They are words of the customer: for sealed places only.
 * @param hidden what must not be among them, such as personal data that was found
 * @returns lower case, half width, simplified characters; Chinese words of a phrase are written together
 */
export function findKeywords(text: string, hidden: readonly Stretch[] = []): string[] {
  const phrases = phrasesOf(normaliseText(without(text, hidden).slice(0, READ_CHARACTERS)));
  const frequency = new Map<string, number>();
  const degree = new Map<string, number>();
  for (const phrase of phrases) {
    for (const word of phrase) {
      frequency.set(word, (frequency.get(word) ?? 0) + 1);
      degree.set(word, (degree.get(word) ?? 0) + phrase.length);
    }
  }
  const scores = new Map<string, number>();
  for (const phrase of phrases) {
    const score = phrase.reduce((sum, word) => sum + (degree.get(word) ?? 0) / (frequency.get(word) ?? 1), 0);
    scores.set(written(phrase), score);
  }
  return [...scores].toSorted((a, b) => b[1] - a[1]).slice(0, MOST_KEYWORDS).map(([phrase]) => phrase);
}

function without(text: string, hidden: readonly Stretch[]): string {
  let rest = '';
  let at = 0;
  for (const { start, end } of hidden.toSorted((a, b) => a.start - b.start)) {
    rest += text.slice(at, Math.max(at, start)) + BORDER;
    at = Math.max(at, end);
  }
  return rest + text.slice(at);
}

function phrasesOf(text: string): string[][] {
  const phrases: string[][] = [];
  let phrase: string[] = [];
  const end = (): void => {
    if (phrase.length > 0) phrases.push(phrase);
    phrase = [];
  };
  const put = (word: string): void => {
    if (phrase.length === WORDS_A_PHRASE) end();
    phrase.push(word);
  };
  const pieces = text.match(PIECES) ?? [];
  const runs = segmented(pieces.filter(isHan));
  let run = 0;
  for (const piece of pieces) {
    if (isHan(piece)) putHan(runs[run++] ?? [], put, end);
    else if (isTelling(piece)) put(piece);
    else end();
  }
  end();
  return phrases;
}

/** Figures alone say nothing without what they count; a single letter neither. */
const isTelling = (piece: string): boolean => piece.length >= 2 && piece.length <= LONGEST_WORD && /\p{L}/u.test(piece) && !ENGLISH_STOP_WORDS.has(piece) && !ENGLISH_STOP_WORDS.has(piece.replace(/'.*/u, ''));

/** "我想" is no stop word of its own, but made of two. */
const isStop = (segment: string): boolean => CHINESE_STOP_WORDS.has(segment) || (segment.length === 2 && CHINESE_STOP_WORDS.has(segment.charAt(0)) && CHINESE_STOP_WORDS.has(segment.charAt(1)));

/** The words of each run, by one call of the segmenter for all of them: to start it costs more than to go on. */
function segmented(runs: readonly string[]): string[][] {
  const words: string[][] = [[]];
  if (runs.length > 0) {
    for (const { segment } of segmenter.segment(runs.join(BORDER))) {
      if (segment === BORDER) words.push([]);
      else words.at(-1)?.push(segment);
    }
  }
  return words;
}

/**
 * The segmenter's words. Single characters beside each other are one that it does not know (退|货), and one behind a word
 * goes with it (洗衣|机).
 */
function putHan(run: readonly string[], put: (word: string) => void, end: () => void): void {
  let word = '';
  let singles = '';
  const flush = (): void => {
    if (word !== '') put(singles.length === 1 ? word + singles : word);
    if (singles.length >= 2 && singles.length <= 4) put(singles);
    else if (singles !== '' && word === '') end();
    word = singles = '';
  };
  for (const segment of run) {
    if (isStop(segment)) {
      flush();
      end();
    } else if (segment.length === 1) singles += segment;
    else {
      flush();
      word = segment;
    }
  }
  flush();
}

/** Latin words with spaces between them and around Chinese ones; Chinese words without. */
function written(phrase: readonly string[]): string {
  return phrase.reduce((text, word) => (text === '' || (isHan(text.slice(-1)) && isHan(word)) ? text + word : `${text} ${word}`), '');
}
