import type { Language } from '@switchyard/contracts';

/** Words that only sentences of these languages are full of; enough to tell that a Latin text is not English. */
const FOREIGN = new Set(
  ('el la los las de del que y en un una por con para como está mi su le les des du et est je ne pas une vous dans pour sur avec qui der die das und ist nicht ich ein eine mit auf zu den von wie mein il che di non sono per della ' +
    'o os as um uma não em meu minha è het een van ik niet op mijn').split(' '),
);
const ENGLISH = new Set(
  ('the a an is are was be do does did have has i you my your it its to of in on for with and or not can could would will how what when where why who which this that please me we they if at from get want need order hello hi thanks as').split(' '),
);

/** A Han character says about as much as this share of a Latin word. */
const WORDS_PER_HAN = 0.6;
/** From this share on, the lesser script counts as a language of its own and not as a name in the other. */
const MIXED_SHARE = 0.3;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * What a text is written in. Product names, model numbers and single loan words do not make a Chinese text mixed;
 * numbers and signs alone, and every other language, are `other`.
 */
export function detectLanguage(text: string): Language {
  const plain = text.normalize('NFKC');
  const han = count(plain, /\p{Script=Han}/gu);
  const words = (plain.match(/[\p{Script=Latin}\p{M}'’]+(?![\p{Script=Latin}\d])/gu) ?? []).filter((word) => word.length > 1 || /^[ia]$/i.test(word)).map((word) => word.toLowerCase().replaceAll('’', "'"));
  const others = count(plain, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}]/gu);
  const hanWords = han * WORDS_PER_HAN;
  // Kana between Han characters is Japanese; a little of any other script is a name.
  if (others > 0 && others * WORDS_PER_HAN >= (hanWords + words.length) * MIXED_SHARE) return 'other';
  if (hanWords + words.length === 0) return 'other';
  if (han > 0) {
    const share = hanWords / (hanWords + words.length);
    return share > 1 - MIXED_SHARE ? 'zh' : share < MIXED_SHARE ? 'en' : 'mixed';
  }
  const foreign = words.filter((word) => FOREIGN.has(word)).length;
  const english = words.filter((word) => ENGLISH.has(word)).length;
  return words.length >= 3 && foreign >= 2 && foreign > english && foreign * 5 >= words.length ? 'other' : 'en';
}
