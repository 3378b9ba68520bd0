import { simplify } from './simplified-characters.js';

/**
 * A Chinese character says as much as about two and a half letters: the English and the Chinese text of a file of this
 * kind are that much longer and shorter.
 */
export const HAN_WEIGHT = 2.4;
/** Of letters in a row, spaces and signs aside: eight to ten English words, or twenty Chinese characters. An honest "I cannot change or cancel an order myself" shares less with the rule that it keeps to. */
export const RUN_WEIGHT = 48;

/** Letters and digits only, in one case, width and script: what is left of a text that was spaced, hyphenated or capitalised. */
export const compact = (text: string): string => simplify(text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''));
export const lettersOnly = (text: string): string => text.replace(/\p{N}+/gu, '');
export const reversed = (text: string): string => Array.from(text).toReversed().join('');
export const weightOf = (character: string): number => (/\p{Script=Han}/u.test(character) ? HAN_WEIGHT : 1);
export const weighed = (text: string): number => Array.from(text).reduce((sum, one) => sum + weightOf(one), 0);
