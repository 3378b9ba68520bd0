import { extractTerms } from '../terms/extract-terms.js';
import { normaliseText } from '../terms/normalise-text.js';
import { CHINESE_NEGATIONS, CHINESE_OPPOSED, CHINESE_YES_NO } from './data/chinese.js';
import { ENGLISH_NEGATIONS, ENGLISH_OPPOSED } from './data/english.js';
import { markValues } from './values-in.js';

/**
 * Why two texts cannot be about the same, though their words are alike. `values`: other sums, numbers, dates or lengths;
 * `ids`: other codes; `negation`: one says not; `opposed`: words that exclude one another; `direction`: from A to B, and
 * from B to A.
 */
export type Conflict = 'values' | 'ids' | 'negation' | 'opposed' | 'direction';

const HAN = /\p{Script=Han}/u;
const kindOf = (value: string): string => value.slice(0, value.indexOf(':'));

/** Values of a kind that both name, and none of them in common. */
function valuesConflict(left: readonly string[], right: readonly string[]): boolean {
  return left.some((value) => {
    const kind = kindOf(value);
    const others = right.filter((other) => kindOf(other) === kind);
    return others.length > 0 && !others.includes(value) && !left.some((own) => kindOf(own) === kind && others.includes(own));
  });
}

/** Product numbers, order numbers, and the like: letters and digits together. */
export const codesIn = (text: string): string[] => (text.match(/[a-z\d]+(?:[-./][a-z\d]+)*/gu) ?? []).filter((code) => /\d/u.test(code) && /[-./a-z]/u.test(code));

const englishWords = (text: string): string[] => text.replace(/\bcan(?:'t|not)\b/gu, 'can not').replace(/\bwon't\b/gu, 'will not').replace(/n't\b/gu, ' not').match(/[a-z]+(?:-[a-z]+)*/gu) ?? [];

/** How often a text says not, where that says something: "can you or can you not" and 能不能 deny nothing. */
export function negationsIn(text: string): number {
  const settled = CHINESE_YES_NO.reduce((plain, [pattern, instead]) => plain.replace(pattern, instead), text);
  const tag = settled.replace(/,? (?:or not|(?:is|are|do|does|did|can|could|will|would|have|has)(?:n't| not) (?:it|they|you|i|we))\s*\??$/u, '').replace(/^(?:do|does|is|are|can|could|will|would)n't (?=you|i|we|it|they|there)/u, '');
  return (tag.match(CHINESE_NEGATIONS)?.length ?? 0) + englishWords(tag).filter((word) => ENGLISH_NEGATIONS.has(word) || word.startsWith('non-')).length;
}

interface Sides {
  readonly left: boolean;
  readonly right: boolean;
}

/** Which sides of a pair of opposed words a text says. A Chinese word that is a part of one of the other side (含 in 不含) is not said. */
function sidesOf(text: string, words: ReadonlySet<string>, [one, other]: readonly [readonly string[], readonly string[]]): Sides {
  const says = (side: readonly string[], against: readonly string[]): boolean =>
    side.some((word) => {
      if (!HAN.test(word)) return word.includes(' ') ? text.includes(word) : words.has(word) || words.has(`${word}s`);
      const without = against.filter((longer) => longer.includes(word)).reduce((rest, longer) => rest.replaceAll(longer, ' '), text);
      return word.length > 1 ? without.includes(word) : words.has(word);
    });
  return { left: says(one, other), right: says(other, one) };
}

/** "Turn on" is "enable", whose opposite is one word. */
const SWITCHED = [[/\b(?:turn|switch)(?:s|ed|ing)?(?: it)? on\b/gu, 'enable'], [/\b(?:turn|switch)(?:es|s|ed|ing)?(?: it)? off\b/gu, 'disable']] as const;
const inOneWord = (text: string): string => SWITCHED.reduce((plain, [pattern, word]) => plain.replace(pattern, word), text);

function opposedIn(one: string, other: string): boolean {
  const [left, right] = [inOneWord(one), inOneWord(other)];
  const [leftWords, rightWords] = [left, right].map((text) => new Set([...englishWords(text), ...(HAN.test(text) ? extractTerms(text).map(({ term }) => term) : [])]));
  if (!leftWords || !rightWords) return false;
  return [...ENGLISH_OPPOSED, ...CHINESE_OPPOSED].some((pair) => {
    const [a, b] = [sidesOf(left, leftWords, pair), sidesOf(right, rightWords, pair)];
    // Where a text says both sides ("from open to close"), nothing can be told.
    return (a.left && !a.right && b.right && !b.left) || (a.right && !a.left && b.left && !b.right);
  });
}

const FROM_TO = [/\bfrom ([\p{L}\p{N} -]{2,40}?) (?:to|into) ([\p{L}\p{N}-]+)/u, /[从由]([\p{L}\p{N}]{1,12}?)(?:转到|改成|换成|寄到|发往|发到|转入|升为|降为|到|往|转)([\p{L}\p{N}]{1,12})/u, /把([\p{L}\p{N}]{1,12}?)(?:换成|改成|变成|兑换成|转成)([\p{L}\p{N}]{1,12})/u, /^([\p{Script=Han}]{2,4})到([\p{Script=Han}]{2,4})(?=的|寄|$)/u];

function directionsOf(text: string): readonly (readonly [string, string])[] {
  return FROM_TO.flatMap((pattern) => {
    const match = pattern.exec(text);
    return match?.[1] !== undefined && match[2] !== undefined ? [[match[1].trim(), match[2].trim()] as const] : [];
  });
}

/** What stands first on one side begins what stands second on the other, both ways: patterns cut the second part where they can. */
const startsAlike = (one: string, other: string): boolean => one !== '' && other !== '' && (one.startsWith(other) || other.startsWith(one));

/** The first conflict between two texts, or undefined. Texts without a conflict need not be about the same. */
export function conflictBetween(one: string, other: string): Conflict | undefined {
  const [left, right] = [normaliseText(one), normaliseText(other)];
  if (valuesConflict(markValues(one).values, markValues(other).values)) return 'values';
  const [leftCodes, rightCodes] = [codesIn(left), codesIn(right)];
  if (leftCodes.length > 0 && rightCodes.length > 0 && !leftCodes.some((code) => rightCodes.includes(code))) return 'ids';
  if (negationsIn(left) % 2 !== negationsIn(right) % 2) return 'negation';
  if (opposedIn(left, right)) return 'opposed';
  const isTurned = directionsOf(left).some(([from, to]) => directionsOf(right).some(([start, end]) => startsAlike(from, end) && startsAlike(to, start)));
  return isTurned ? 'direction' : undefined;
}
