import { NO_SYLLABLE, readings } from './readings.js';

/** Whether two Chinese texts of the same length sound the same without tones, character by character: 运废 and 运费. */
export function soundsLike(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const { usual, sounds } = readings();
  for (let at = 0; at < one.length; at++) {
    const [left, right] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (left === right) continue;
    const [leftSound, rightSound] = [usual[left] ?? NO_SYLLABLE, usual[right] ?? NO_SYLLABLE];
    if (leftSound === NO_SYLLABLE || rightSound === NO_SYLLABLE) return false;
    if (!sounds(left, rightSound) && !sounds(right, leftSound)) return false;
  }
  return true;
}
