import { ENGLISH_ASKS, ENGLISH_ENDINGS, ENGLISH_FILLERS, ENGLISH_LEANS, ENGLISH_MODES, ENGLISH_OPENINGS, ENGLISH_PHRASES, ENGLISH_YES_NO } from './data/english.js';
import { CLOSE, OPEN } from './values-in.js';

export interface AskParts {
  readonly asks: readonly string[];
  readonly modes: readonly string[];
  readonly terms: readonly string[];
  readonly leans: boolean;
}

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bcan(?:'t|not)\b/gu, 'can not'],
  [/\bwon't\b/gu, 'will not'],
  [/\bshan't\b/gu, 'shall not'],
  [/n't\b/gu, ' not'],
  [/\b(i)'m\b/gu, '$1 am'],
  [/'re\b/gu, ' are'],
  [/'ve\b/gu, ' have'],
  [/'ll\b/gu, ' will'],
  [/'d\b/gu, ' would'],
  [/\b(what|where|when|who|how|why|it|that|there|here)'s\b/gu, '$1 is'],
  [/'s\b|s'(?!\p{L})/gu, ''],
];

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
const phrases = ENGLISH_PHRASES.map(([first = '', ...others]) => ({
  first: first.replaceAll(' ', '_'),
  pattern: new RegExp(String.raw`(?<![\p{L}\p{N}_-])(?:${[first, ...others].toSorted((left, right) => right.length - left.length).map((one) => `${escape(one)}s?`).join('|')})(?![\p{L}\p{N}_-])`, 'gu'),
}));

/** "I want to", "I would like to", "I need to": a wish, however it is put. */
const WISH = /^(?:i|we) (?:would like|would love|want|need|wish|have|am trying|am looking|was hoping|hope) to\b|^(?:i|we) (?:would like|want|need)\b/u;
const POSSIBLE = /\b(?:is|was|would) it (?:be )?(?:possible|ok|okay|allowed|permitted)(?: for me)? (?:to|if i)\b|\b(?:am|are) (?:i|we) (?:able|allowed|permitted) to\b/gu;
const NEEDED = /\b(?:do|does|did|will|would) (i|we|you|one) (?:have|need) to\b/gu;
const FUTURE = /\b(?:am|are|is) (i|we|you|it|they)? ?going to\b/gu;
/** What is never a plural, or another thing in the plural. */
const NO_PLURAL = new Set('news customs goods glasses pants jeans savings earnings headphones means always perhaps across towards sometimes besides overseas upstairs downstairs gas bus plus less this his its us yes as has was is does series species terms arms'.split(' '));

function singular(word: string): string {
  // The S of TR-500S is a part of its name.
  if (word.length < 4 || NO_PLURAL.has(word) || !word.endsWith('s') || /\d|(?:ss|us|is)$/u.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  return /(?:ch|sh|ss|x|zz)es$/u.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

function undressed(text: string): string {
  let plain = text;
  for (let before = ''; before !== plain; ) {
    before = plain;
    for (const pattern of ENGLISH_OPENINGS) plain = plain.replace(pattern, '').trim();
    for (const pattern of ENGLISH_ENDINGS) plain = plain.replace(pattern, '').trim();
  }
  return plain;
}

/** A word, a code with its joints, or the mark of a value. */
const TOKENS = new RegExp(String.raw`${OPEN}\d+${CLOSE}|[\p{L}\p{N}_]+(?:[-./&][\p{L}\p{N}_]+)*`, 'gu');

export function canonicalEnglish(marked: string): AskParts {
  let text = CONTRACTIONS.reduce((plain, [pattern, instead]) => plain.replace(pattern, instead), marked);
  // Signs that end a clause are no words; those inside a code stay.
  text = undressed(text.replace(/[^\p{L}\p{N}\s_./&'\uE000\uE001-]+|(?<![\p{L}\p{N}])[./&'-]+|[./&'-]+(?![\p{L}\p{N}])/gu, ' ').replace(/\s+/gu, ' ').trim());
  const asks: string[] = [];
  const modes: string[] = [];
  if (WISH.test(text)) {
    asks.push('wish');
    text = text.replace(WISH, '').trim();
  }
  text = text.replace(POSSIBLE, 'can i ').replace(NEEDED, 'must $1 ').replace(FUTURE, 'will $1 ').replace(/\s+/gu, ' ');
  for (const { first, pattern } of phrases) text = text.replace(pattern, first);
  const words = text.match(TOKENS) ?? [];
  const terms: string[] = [];
  for (const [at, word] of words.entries()) {
    const asked = ENGLISH_ASKS.get(word);
    const mode = ENGLISH_MODES.get(word);
    if (asked !== undefined && asks.every((one) => one !== 'wish')) {
      asks.push(asked);
      // "How" is about all of it; the others ask for something at their place: "who pays whom".
      if (asked !== 'how') terms.push(`?${asked}`);
    } else if (at === 0 && ENGLISH_YES_NO.has(word)) {
      asks.push('yes_no');
      if (mode !== undefined) modes.push(mode);
      else if (word === 'have' || word === 'has') modes.push('past');
      else if (word !== 'is' && word !== 'are' && word !== 'am') modes.push('does');
    } else if (mode !== undefined) modes.push(mode);
    else if (!ENGLISH_FILLERS.has(word)) terms.push(singular(word));
  }
  return settle(asks, modes, terms, text);
}

/** "How do I", "how can I" and "how to" ask for the same: the way to do it. */
function settle(asks: readonly string[], modes: readonly string[], terms: readonly string[], text: string): AskParts {
  const isHow = asks[0] === 'how' && asks.length === 1;
  const kept = isHow ? modes.filter((mode) => mode !== 'can') : modes;
  const said = isHow && /^(?:i|we)$/u.test(terms[0] ?? '') ? terms.slice(1) : terms;
  const hasMatter = said.some((term) => !/^(?:\?|i$|we$|me$|you$|have$|get$|go$|work$|much$)/u.test(term));
  return { asks: asks.length === 0 ? ['told'] : asks, modes: kept, terms: hasMatter ? said : [], leans: ENGLISH_LEANS.test(text) };
}
