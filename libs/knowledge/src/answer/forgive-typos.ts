import type { KnowledgeHit } from '@switchyard/contracts';
import { soundsLike } from '@switchyard/guardrail';
import { termSet } from '../terms/extract-terms.js';
import type { WeighedQuestion } from './weigh-question.js';

/** Neighbours on a keyboard, of which one is hit for the other. */
const KEY_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const VOWEL = /[aeiouy]/u;
/** Shorter words have too many neighbours that are words themselves. */
const LEAST_LETTERS = 5;
/** From this length on two slips are forgiven. */
const LONG_WORD = 8;

function areNear(one: string, other: string): boolean {
  for (const [row, keys] of KEY_ROWS.entries()) {
    const at = keys.indexOf(one);
    if (at === -1) continue;
    return [row - 1, row, row + 1].some((near) => {
      const position = KEY_ROWS[near]?.indexOf(other) ?? -1;
      return position !== -1 && Math.abs(position - at) <= 1;
    });
  }
  return false;
}

/** A slip of typing or of spelling: a vowel for another, or a key beside the right one. Others make another word: parking, packing. */
const isSlip = (one: string, other: string): boolean => (VOWEL.test(one) && VOWEL.test(other)) || areNear(one, other);

/**
 * Whether two words differ by at most `most` slips: a letter too many, one too few, two swapped (Damerau 1964), or one for
 * another that is easily taken for it. The first letter must be right.
 */
export function differsBySlips(one: string, other: string, most: number): boolean {
  if (one[0] !== other[0] || Math.abs(one.length - other.length) > most) return false;
  let [beforeLast, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const [left, right] = [one[row - 1]!, other[column - 1]!];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1);
      if (left === right) cost = Math.min(cost, last[column - 1]!);
      else if (isSlip(left, right)) cost = Math.min(cost, last[column - 1]! + 1);
      if (row > 1 && column > 1 && left === other[column - 2] && one[row - 2] === right) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    if (Math.min(...current) > most) return false;
    [beforeLast, last] = [last, current];
  }
  return last[other.length]! <= most;
}

const isPair = (term: string): boolean => /^\p{Script=Han}{2}$/u.test(term);

function isMeantBy(unknown: string, term: string): boolean {
  if (isPair(unknown)) return isPair(term) && soundsLike(unknown, term);
  return /^[a-z]+$/u.test(term) && differsBySlips(unknown, term, unknown.length >= LONG_WORD ? 2 : 1);
}

/**
 * The question with what its unknown words were probably meant to be: words of the passages found that differ by a slip,
 * or, of two Chinese characters, that sound the same (运废 for 运费). Such a word counts as held where that one is.
 * A word that stands anywhere in the collection is meant as it stands. Search finds those passages by the rest of the
 * question and by the letters that are right.
 * `frequencies`: in how many passages each term of `question.weights` stands, in their order.
 */
export function forgiveTypos(question: WeighedQuestion, frequencies: readonly number[], hits: readonly KnowledgeHit[]): WeighedQuestion {
  const unknown = [...question.weights.keys()].filter((term, at) => frequencies[at] === 0 && !question.alternatives.has(term) && (isPair(term) || (/^[a-z]+$/u.test(term) && term.length >= LEAST_LETTERS)));
  if (unknown.length === 0) return question;
  const known = new Set(hits.flatMap(({ passage }) => [...termSet(passage.title), ...termSet(passage.text)]));
  const meant = new Map(unknown.flatMap((term) => {
    const words = [...known].filter((word) => isMeantBy(term, word)).map((word) => [word]);
    return words.length === 0 ? [] : [[term, words] as const];
  }));
  if (meant.size === 0) return question;
  // What the segmenter made of a pair that is no word: its characters, each a word that nobody meant.
  const alone = [...question.weights.keys()].flatMap((term) => {
    const pair = term.length === 1 ? [...meant].find(([unknownTerm]) => isPair(unknownTerm) && unknownTerm.includes(term)) : undefined;
    return pair && !question.alternatives.has(term) ? [[term, pair[1]] as const] : [];
  });
  return { ...question, alternatives: new Map([...question.alternatives, ...meant, ...alone]) };
}
