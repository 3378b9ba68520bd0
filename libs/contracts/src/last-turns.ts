import type { Turn } from './turn.js';

/**
 * The last turns whose sizes add up to no more than `most`; the oldest of them keeps its end where not all of it fits.
 * @param sizeOf what a character counts; absent: its length in UTF-16 code units
 */
export function lastTurns(turns: readonly Turn[], most: number, sizeOf: (character: string) => number = (character) => character.length): Turn[] {
  const kept: Turn[] = [];
  let left = most;
  for (const turn of turns.toReversed()) {
    let start = turn.text.length;
    for (const character of Array.from(turn.text).toReversed()) {
      left -= sizeOf(character);
      if (left < 0) break;
      start -= character.length;
    }
    if (start < turn.text.length || turn.text === '') kept.unshift(start === 0 ? turn : { ...turn, text: turn.text.slice(start) });
    if (left <= 0) break;
  }
  return kept;
}
