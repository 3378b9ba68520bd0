import { stemmer } from 'stemmer';
import { normaliseText } from './normalise-text.js';
import { CHINESE_GLUE, CHINESE_STOP_WORDS, ENGLISH_STOP_WORDS } from './stop-words.js';

export interface Term {
  readonly term: string;
  /** `word` carries meaning by itself; `part` only helps to find it (bigrams, character n-grams, pieces of a code). */
  readonly kind: 'word' | 'part';
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
// Latin and digits with inner joints ("e-invoice", "3.5", "hg20260001"), or a run of Han.
const RUNS = /[[\p{L}\p{N}]--\p{Script=Han}]+(?:['._\-\/][[\p{L}\p{N}]--\p{Script=Han}]+)*|\p{Script=Han}+/gv;
const HAN = /^\p{Script=Han}/u;
const stems = new Map<string, string>();
const MAX_STEMS = 50_000;

function stem(word: string): string {
  let found = stems.get(word);
  if (found === undefined) {
    if (stems.size >= MAX_STEMS) stems.clear();
    found = stemmer(word);
    stems.set(word, found);
  }
  return found;
}

function* latinTerms(run: string): Generator<Term> {
  const hasDigit = /\p{N}/u.test(run);
  const pieces = run.split(/['._\-/]/u).filter(Boolean);
  if (hasDigit) {
    // Codes and amounts stay whole, for "E01" and "3.5" are nothing in pieces; the pieces help where they are written apart.
    yield { term: run, kind: 'word' };
    if (pieces.length > 1) for (const piece of pieces) yield { term: piece, kind: 'part' };
    else for (const [, digits, unit] of run.matchAll(/^(\p{N}+)(\p{L}{1,4})$/gu)) {
      yield { term: digits ?? '', kind: 'part' };
      yield { term: stem(unit ?? ''), kind: 'part' };
    }
    return;
  }
  if (ENGLISH_STOP_WORDS.has(run)) return;
  const words = run.includes("'") ? pieces.slice(0, 1) : pieces;
  if (words.length > 1) yield { term: words.map(stem).join(''), kind: 'part' };
  for (const word of words) if (!ENGLISH_STOP_WORDS.has(word)) yield { term: stem(word), kind: 'word' };
}

function* hanTerms(run: string): Generator<Term> {
  const words = new Set<string>();
  const spans: string[] = [''];
  for (const { segment } of segmenter.segment(run)) {
    const stop = CHINESE_STOP_WORDS.has(segment);
    // No pair spans "怎么" or "的"; a single "到" or "上" may be half of a word that the segmenter cut.
    if (stop && (segment.length > 1 || CHINESE_GLUE.has(segment))) spans.push('');
    else spans[spans.length - 1] += segment;
    if (stop) continue;
    words.add(segment);
    yield { term: segment, kind: 'word' };
  }
  for (const span of spans) {
    const characters = Array.from(span);
    for (let at = 1; at < characters.length; at++) {
      const pair = `${characters[at - 1]}${characters[at]}`;
      // The segmenter may cut "退货运费" as 退|货运|费: pairs find 退货 and 运费 all the same.
      if (!words.has(pair) && !CHINESE_STOP_WORDS.has(pair)) yield { term: pair, kind: 'part' };
    }
  }
}

/**
 * The terms of a text, in order and with repetition. English words are stemmed; Chinese gives the segmenter's words
 * and all pairs of neighbouring characters; codes, amounts and order numbers stay whole.
 */
export function extractTerms(text: string): Term[] {
  const terms: Term[] = [];
  for (const [run] of normaliseText(text).matchAll(RUNS)) {
    for (const term of HAN.test(run) ? hanTerms(run) : latinTerms(run)) terms.push(term);
  }
  return terms;
}

const sets = new Map<string, ReadonlySet<string>>();
const MAX_SETS = 5_000;

/** The distinct terms of a text. Remembered for a while: the same sentences are looked at for question after question. */
export function termSet(text: string): ReadonlySet<string> {
  let found = sets.get(text);
  if (!found) {
    if (sets.size >= MAX_SETS) sets.clear();
    found = new Set(extractTerms(text).map(({ term }) => term));
    sets.set(text, found);
  }
  return found;
}
