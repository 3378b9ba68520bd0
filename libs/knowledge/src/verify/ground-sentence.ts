import { splitSentences } from '../chunk/split-sentences.js';
import { extractTerms, termSet } from '../terms/extract-terms.js';
import { languageOf } from '../terms/language-of.js';
import { normaliseText } from '../terms/normalise-text.js';
import { alternativesOf } from '../terms/synonyms.js';
import { codesIn, conflictBetween } from './conflict-between.js';
import { markValues } from './values-in.js';

/** A sentence of an answer, with the words of the passage that it claims to rest on. */
export interface ClaimedSentence {
  readonly text: string;
  readonly quote: string;
}

/**
 * Why a sentence does not rest on its passage. `quote`: the words it names do not stand there; `values`: a sum, number,
 * date or length that the passage does not have; `names`: a code, a name or quoted words that it does not have;
 * `conflict`: it denies, turns round or contradicts the sentence that it quotes; `words`: it speaks of something else.
 */
export type Ungrounded = 'quote' | 'values' | 'names' | 'conflict' | 'words';

/** Of a sentence's words so many may stand nowhere in the passage: "gladly", "in short", a form that the stemmer does not know. */
const MAX_FOREIGN = 1 / 3;
/** Fewer characters than these are found anywhere. */
export const SHORTEST_QUOTE = 4;

export const plain = (text: string): string => normaliseText(text).replace(/[\s\p{P}]+/gu, ' ').trim();

const wordsOf = (text: string): string[] => [...new Set(extractTerms(text).filter(({ kind }) => kind === 'word').map(({ term }) => term))];

/**
 * What the passage says where the quote stands: of the sentences that the quote is a part of, the clauses that it touches
 * and those that share a word with what is claimed. A quote may have been cut so that its "not" is gone, and what another
 * clause denies is none of its business. Undefined where the quote does not stand there.
 */
function supportOf({ text, quote }: ClaimedSentence, passage: string): string | undefined {
  const sought = plain(quote);
  if (sought.replaceAll(' ', '').length < SHORTEST_QUOTE || !` ${plain(passage)} `.includes(sought)) return undefined;
  const touches = (piece: string): boolean => {
    const said = plain(piece);
    return said !== '' && (said.includes(sought) || sought.includes(said));
  };
  const sentences = splitSentences(passage).filter(touches);
  const claimed = new Set(wordsOf(text));
  const clauses = (sentences.length > 0 ? sentences : [passage]).flatMap((sentence) => sentence.split(/[，,；;]\s*/u));
  const near = clauses.filter((clause) => touches(clause) || wordsOf(clause).some((word) => claimed.has(word)));
  return (near.length > 0 ? near : clauses).join('，');
}

export const numbersOf = (values: readonly string[]): string[] => values.flatMap((value) => value.match(/\d+(?:\.\d+)?/gu) ?? []);
const kindOf = (value: string): string => value.slice(0, value.indexOf(':'));

/** Every number of the sentence is one of the passage; where the passage has values of its kind, it is one of those. */
function valuesHold(sentence: string, passage: string): boolean {
  const [said, known] = [markValues(sentence).values, markValues(passage).values];
  const numbers = new Set([...numbersOf(known), ...(normaliseText(passage).replace(/(?<=\d),(?=\d{3})/gu, '').match(/\d+(?:\.\d+)?/gu) ?? [])]);
  return said.every((value) => {
    if (known.includes(value)) return true;
    const sameKind = known.some((other) => kindOf(other) === kindOf(value));
    // A bare number may be written as a part of something else there; a sum or a length may not.
    return (kindOf(value) === 'number' || !sameKind) && numbersOf([value]).every((number) => numbers.has(number));
  });
}

/** Words with a capital letter inside a sentence, and what stands in quotation marks or 《》. */
export function namesIn(sentence: string): string[] {
  const capitals = [...sentence.matchAll(/(?<=[\p{Ll}\d,;:] )(?!I\b)\p{Lu}[\p{L}\d-]+/gu)].map(([name]) => name).filter((name) => !/\d/u.test(name));
  const quoted = [...sentence.matchAll(/[“"「『《]([^”"」』》]{2,60})[”"」』》]/gu)].map((match) => match[1] ?? '');
  return [...capitals, ...quoted];
}

function namesHold(sentence: string, passage: string, question: string): boolean {
  const known = plain(passage);
  const codes = new Set(codesIn(normaliseText(passage)));
  const asked = new Set(codesIn(normaliseText(question)));
  // A passage that names no product speaks of all of them, that of the question too.
  if (!codesIn(normaliseText(sentence)).every((code) => codes.has(code) || (codes.size === 0 && asked.has(code)) || known.includes(plain(code)))) return false;
  return namesIn(sentence).every((name) => known.includes(plain(name)));
}

function foreignShare(sentence: string, passage: string): number {
  const known = termSet(passage);
  const alternatives = alternativesOf(sentence);
  const words = wordsOf(sentence);
  const foreign = words.filter((word) => !known.has(word) && !alternatives.get(word)?.some((same) => same.every((one) => known.has(one))));
  return words.length === 0 ? 0 : foreign.length / words.length;
}

/**
 * Whether a sentence rests on the passage: undefined where it does, else why not. A sentence in another language than the
 * passage is held to its quote, values, names and negations; its words cannot be compared.
 * @param passage title and text
 */
export function groundSentence({ text, quote }: ClaimedSentence, passage: { readonly title: string; readonly text: string }, question: string): Ungrounded | undefined {
  const support = supportOf({ text, quote }, passage.text);
  if (support === undefined) return 'quote';
  const whole = `${passage.title}\n${passage.text}`;
  if (!valuesHold(text, whole)) return 'values';
  if (!namesHold(text, whole, question)) return 'names';
  if (conflictBetween(text, support) !== undefined) return 'conflict';
  return languageOf(text) === languageOf(passage.text) && foreignShare(text, whole) > MAX_FOREIGN ? 'words' : undefined;
}
