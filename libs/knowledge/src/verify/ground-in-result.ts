import { normaliseText } from '../terms/normalise-text.js';
import { codesIn, negationsIn } from './conflict-between.js';
import { namesIn, numbersOf, plain, SHORTEST_QUOTE, type ClaimedSentence, type Ungrounded } from './ground-sentence.js';
import { markValues, MARK, relativeDates } from './values-in.js';

/** Numbers of a text by their worth, so that 199 is 199.00. */
function numbersIn(text: string): Set<number> {
  const written = normaliseText(text).replace(/(?<=\d),(?=\d{3})/gu, '').match(/\d+(?:\.\d+)?/gu) ?? [];
  return new Set([...written, ...numbersOf(markValues(text).values)].map(Number));
}

const isDate = (value: string): boolean => value.startsWith('date:');
/** "3 May" is that day of any year. */
const isSameDate = (left: string, right: string): boolean => left.slice('date:'.length).endsWith(right.slice('date:'.length)) || right.slice('date:'.length).endsWith(left.slice('date:'.length));

/** Codes with a letter, without their joints; those of digits alone are values. */
const lettered = (text: string): string[] => codesIn(normaliseText(text)).filter((code) => /[a-z]/u.test(code)).map((code) => code.replaceAll(/[-./]/gu, ''));

/** Whether a text's numbers, sums, dates and codes all stand in the sources; how they are written does not matter. */
export function valuesStandIn(text: string, sources: string): 'values' | 'names' | undefined {
  const known = markValues(sources).values;
  const [values, numbers] = [new Set(known), numbersIn(sources)];
  const holds = (value: string): boolean => {
    // "one order" counts nothing that could be wrong.
    if (value === 'number:1' || values.has(value)) return true;
    if (isDate(value)) return known.some((other) => isDate(other) && isSameDate(other, value));
    return numbersOf([value]).every((number) => numbers.has(Number(number)));
  };
  if (!markValues(text).values.every(holds)) return 'values';
  const plainSources = plain(sources);
  // What a day is by today, the sources must say themselves.
  if (!relativeDates(text).every((day) => plainSources.includes(plain(day)))) return 'values';
  const codes = new Set(lettered(sources));
  return lettered(text).every((code) => codes.has(code)) ? undefined : 'names';
}

/** Whether a text holds anything that `valuesStandIn` would look for in the sources. */
export const namesValues = (text: string): boolean => /\p{N}/u.test(text) || markValues(text).values.length > 0 || relativeDates(text).length > 0;

/**
 * Whether a sentence rests on what a tool returned: undefined where it does, else why not. Results are fields and no prose,
 * so its words are not compared; its quote must be a piece of the result, and each of its numbers, dates, sums, codes and names must
 * stand in the result or in what is known besides.
 * @param result the fields as the model has read them
 * @param known the conversation, and who speaks
 * @param others what a field of the result could have been, and is not ("delivered"): a sentence that says it contradicts
 */
export function groundInResult({ text, quote }: ClaimedSentence, result: string, known: string, others: readonly string[] = []): Ungrounded | undefined {
  const sought = plain(quote);
  if (sought.replaceAll(' ', '').length < SHORTEST_QUOTE || !` ${plain(result)} `.includes(sought)) return 'quote';
  const sources = `${result}\n${known}`;
  const unsupported = valuesStandIn(text, sources);
  if (unsupported !== undefined) return unsupported;
  const plainSources = plain(sources);
  // Without the values: "November" in a date is no name.
  if (!namesIn(markValues(text).text.replaceAll(MARK, '0')).every((name) => plainSources.includes(plain(name)))) return 'names';
  const said = ` ${plain(text)} `;
  // "not delivered yet" says of "shipped" what is true.
  const contradicts = (other: string): boolean => said.includes(/[a-z\d]/u.test(plain(other)) ? ` ${plain(other)} ` : plain(other));
  return negationsIn(normaliseText(text)) === 0 && others.some(contradicts) ? 'conflict' : undefined;
}
