import { readForm } from './question-form.js';

/** More of a text is not read: its form is known by then. */
const SEES = 8_000;

const WORD = /\p{Script=Han}|[^\W\d_]+(?:'[^\W\d_]+)?|(?!\p{Script=Han})\p{L}+|\d+(?:[.,]\d+)*/gu;
const wordsOf = (text: string): string[] => text.match(WORD) ?? [];

const LONG_WORD = 9;

/**
 * Words that belong to the language and to no subject, in English and Chinese, by what they say of a question: what it
 * asks for, and how. Each is a feature: how many of them there are to a word of the text.
 */
const WORD_KINDS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['negation', /\b(?:not|no|never|neither|nor|none|cannot|without|except|least|false|incorrect|wrong)\b|n't\b|[不没未非勿莫]|除了/g],
  ['what', /\bwhat\b|什么|何为/g],
  ['which', /\bwhich\b|哪/g],
  ['who', /\bwho(?:se|m)?\b|谁/g],
  ['whenWhere', /\b(?:when|where)\b|何时|何地|哪里|什么时候/g],
  ['reason', /\b(?:why|because|reason)\b|为什么|为何|因为|原因/g],
  ['howMuch', /\bhow (?:many|much|long|far|fast)\b|多少|多久|多长|几[个次天件]/g],
  ['how', /\bhow\b|怎么|怎样|如何/g],
  ['calculation', /\b(?:find|calculate|compute|determine|evaluate|solve|value|equals?|number|probability|rate|total|average|mean)\b|计算|求|等于|总[共数]|平均|概率/g],
  ['supposition', /\b(?:if|suppose|assume|let|given)\b|如果|假如|假设|若|设/g],
  ['modal', /\b(?:would|should|could|might|may|must|can)\b|应该|可能|必须|可以|能否/g],
  ['superlative', /\b(?:best|most|likely|primary|main|primarily)\b|最/g],
  ['following', /\bfollowing\b|以下|下列/g],
  ['truth', /\b(?:true|correct|statements?|valid|follows)\b|正确|成立|属实|陈述/g],
  ['comparison', /\b(?:more|less|greater|higher|lower|than|increases?|decreases?)\b|更|比|较|增加|减少/g],
  ['naming', /\b(?:called|known|term|defined|definition|refers|means|referred)\b|称为|叫做|定义|是指/g],
  ['firstPerson', /\b(?:i|my|me|we|our)\b|我/g],
  ['thirdPerson', /\b(?:he|she|his|her|him|man|woman|patient)\b|[他她]/g],
  ['address', /\byour?\b|[你您]/g],
  ['past', /\b\w+ed\b|\b(?:was|were|had|did)\b|了|过/g],
  ['conjunction', /\b(?:and|or|but|however|although|both|either)\b|和|或|但|虽然|以及/g],
  ['preposition', /\b(?:of|in|on|at|by|with|for|from|to)\b|[在从由对为]/g],
  ['article', /\b(?:the|a|an)\b/g],
  ['being', /\b(?:is|are|be|am|been)\b|是/g],
  ['quantifier', /\b(?:all|some|every|any|each|only|always)\b|所有|每|任何|只|总是/g],
  ['abstraction', /\b\w+(?:tion|sion|ment|ness|ity|ism|ance|ence)s?\b|性|度|主义/g],
];

const NEGATED = /\b(?:not|except|least|false|incorrect|never)\b|n't\b|[不没未非]|除了/;
const COMBINED = /\b(?:of the above|of these|both|neither|i and ii|i only)\b|以上|都[是不]/;
const MERE_NUMBER = /^[^\p{L}\d]*\d[^\p{L}]*\p{L}{0,3}$/u;
/** Length of the pieces by which repetition within a text is told. */
const PIECE = 6;

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
const meanOf = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
const shareOf = <Item>(items: readonly Item[], holds: (item: Item) => boolean): number => meanOf(items.map((item) => Number(holds(item))));

/** How much a text repeats itself: 1 less the share of its pieces that are not there twice. */
function repetitionOf(text: string): number {
  const pieces = Math.max(1, text.length - PIECE + 1);
  return 1 - new Set(Array.from({ length: pieces }, (_, at) => text.slice(at, at + PIECE))).size / pieces;
}

const commonTo = (one: ReadonlySet<string>, other: ReadonlySet<string>): number => [...one].filter((word) => other.has(word)).length;

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = commonTo(one, other);
  return common / Math.max(1, one.size + other.size - common);
}

/** Mean share of words that two of the choices have in common (Jaccard). */
function sameness(choices: readonly ReadonlySet<string>[]): number {
  return meanOf(choices.flatMap((one, index) => choices.slice(0, index).map((other) => jaccard(one, other))));
}

/** What is written in a text and how, in numbers by name. Nothing here knows a subject. */
function measureQuestion(whole: string): Record<string, number> {
  const text = whole.slice(0, SEES);
  const { stem, choices } = readForm(text);
  const low = text.toLowerCase();
  const lowStem = stem.toLowerCase();
  const words = wordsOf(low);
  const stemWords = wordsOf(lowStem);
  const choiceWords = choices.map((one) => wordsOf(one.toLowerCase()));
  const choiceSets = choiceWords.map((one) => new Set(one));
  const stemSet = new Set(stemWords);
  const lengths = choices.map(({ length }) => length);
  const perWord = 1 / Math.max(1, words.length);
  const perCharacter = 1 / Math.max(1, text.length);
  const meanLength = meanOf(lengths);
  const isNumber = (word: string): boolean => /^\d/.test(word);
  return {
    length: Math.log1p(text.length),
    stemLength: Math.log1p(stem.length),
    choiceLength: Math.log1p(meanLength),
    choiceSpread: Math.sqrt(meanOf(lengths.map((one) => (one - meanLength) ** 2))) / (1 + meanLength),
    stemToChoices: Math.log((1 + stem.length) / (1 + meanLength)),
    words: Math.log1p(words.length),
    wordLength: meanOf(words.map(({ length }) => length)),
    stemWordLength: meanOf(stemWords.map(({ length }) => length)),
    longWords: shareOf(words, ({ length }) => length >= LONG_WORD),
    variety: new Set(words).size * perWord,
    repetition: repetitionOf(text),
    digits: countOf(text, /\d/g) * perCharacter,
    numbers: shareOf(words, isNumber),
    stemNumbers: shareOf(stemWords, isNumber),
    signs: countOf(text, /[=+*/^<>|√∫∑≤≥×÷±~_\\{}[\]]/g) * perCharacter,
    brackets: countOf(text, /\(/g) * perWord,
    letters: shareOf(words, (word) => /^[b-hj-z]$/.test(word)),
    capitals: countOf(text, /\p{Lu}/gu) * perCharacter,
    names: countOf(text, /(?<=[a-z,] )[A-Z][a-z]+/g) * perWord,
    years: countOf(text, /\b(?:1\d{3}|20\d\d)\b/g) * perWord,
    commas: countOf(text, /[,;:，；：]/g) * perWord,
    quotes: countOf(text, /["“”‘’「」]/g) * perCharacter,
    beyondAscii: countOf(text, /[^\p{ASCII}]/gu) * perCharacter,
    gap: Number(text.includes('__') || text.includes('. . .')),
    negated: Number(NEGATED.test(lowStem)),
    asks: Number(/[?？]/.test(stem)),
    sentences: Math.log1p(countOf(stem, /[.?!](?:\s|$)|[。？！]/g)),
    ...Object.fromEntries(WORD_KINDS.map(([name, pattern]) => [name, countOf(low, pattern) * perWord])),
    choices: choices.length,
    choiceVariety: new Set(choiceWords.flat()).size / Math.max(1, choiceWords.flat().length),
    choiceSameness: sameness(choiceSets),
    choicesWithNumbers: shareOf(choices, (one) => /\d/.test(one)),
    choicesMereNumbers: shareOf(choices, (one) => MERE_NUMBER.test(one.trim())),
    choicesFromStem: meanOf(choiceSets.map((one) => commonTo(one, stemSet) / Math.max(1, one.size))),
    choicesCombine: Number(COMBINED.test(choices.join(' ').toLowerCase())),
    choicesWithCommas: shareOf(choices, (one) => /[,，]/.test(one)),
    choicesAreSentences: shareOf(choices, (one) => /[.。]$/.test(one.trim())),
  };
}

/** Names of the features, in their order. */
export const QUESTION_FEATURES: readonly string[] = Object.keys(measureQuestion(''));

/** The features of a question, in the order of `QUESTION_FEATURES`. Pure; in time linear in the text. */
export const questionFeatures = (text: string): Float64Array => Float64Array.from(Object.values(measureQuestion(text)));
