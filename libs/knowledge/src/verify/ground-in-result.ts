import { normaliseText } from '../terms/normalise-text.js';
import { codesIn } from './conflict-between.js';
import { namesIn, numbersOf, plain, SHORTEST_QUOTE, type ClaimedSentence, type Ungrounded } from './ground-sentence.js';
import { markValues, MARK } from './values-in.js';

/** Numbers of a text by their worth, so that 199 is 199.00. */
function numbersIn(text: string): Set<number> {
  const written = normaliseText(text).replace(/(?<=\d),(?=\d{3})/gu, '').match(/\d+(?:\.\d+)?/gu) ?? [];
  return new Set([...written, ...numbersOf(markValues(text).values)].map(Number));
}

/**
 * Whether a sentence rests on what a tool returned: undefined where it does, else why not. Results are fields and no prose,
 * so its words are not compared; its quote must be a piece of the result, and each of its numbers, dates, sums, codes and names must
 * stand in the result or in what is known besides.
 * @param result the fields as the model has read them
 * @param known the conversation, and who speaks
 */
export function groundInResult({ text, quote }: ClaimedSentence, result: string, known: string): Ungrounded | undefined {
  const sought = plain(quote);
  if (sought.replaceAll(' ', '').length < SHORTEST_QUOTE || !` ${plain(result)} `.includes(sought)) return 'quote';
  const sources = `${result}\n${known}`;
  const said = markValues(text);
  const [values, numbers] = [new Set(markValues(sources).values), numbersIn(sources)];
  // "one order" counts nothing that could be wrong.
  const holds = (value: string): boolean => value === 'number:1' || values.has(value) || numbersOf([value]).every((number) => numbers.has(Number(number)));
  if (!said.values.every(holds)) return 'values';
  const plainSources = plain(sources);
  const codes = new Set(codesIn(normaliseText(sources)));
  // Those without a letter were compared as values.
  const named = codesIn(normaliseText(text)).filter((code) => /[a-z]/u.test(code));
  if (!named.every((code) => codes.has(code) || plainSources.includes(plain(code)))) return 'names';
  // Without the values: "November" in a date is no name.
  return namesIn(said.text.replaceAll(MARK, '0')).every((name) => plainSources.includes(plain(name))) ? undefined : 'names';
}
