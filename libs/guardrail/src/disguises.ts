import { WORD_DISGUISES, type WordDisguise, type WordList } from '@switchyard/site';
import { isHanUnit, type NormalisedText } from './normalise.js';

const BIT = Object.fromEntries(WORD_DISGUISES.map((kind, index) => [kind, 1 << index])) as Record<WordDisguise, number>;
const OF_THE_VIEW = BIT.letter_forms | BIT.look_alikes | BIT.traditional | BIT.gaps | BIT.invisible;
const INVISIBLE = /^[\p{M}\p{Cf}]*$/u;

/** The disguises that a list does not see through, as bits. */
export function switchedOff(list: WordList): number {
  return (list.without ?? []).reduce((bits, kind) => bits | BIT[kind], 0);
}

/** Whether a list that does not see through `off` knows the units `first` to `last` for its word, found as `kind`. */
export function isSeenThrough(off: number, kind: WordDisguise | 'none', text: NormalisedText, first: number, last: number): boolean {
  if (off === 0) return true;
  if (kind !== 'none' && (off & BIT[kind]) !== 0) return false;
  return (off & OF_THE_VIEW) === 0 || (off & disguisesOfView(text, first, last)) === 0;
}

/** What was changed in the stretch to make it the view. */
function disguisesOfView({ original, codes, starts, ends }: NormalisedText, first: number, last: number): number {
  let bits = 0;
  for (let at = first; at <= last; at++) {
    const source = original.slice(starts[at], ends[at]);
    const unit = String.fromCharCode(codes[at] ?? 0);
    if (source.toLowerCase() !== unit) {
      const plain = source.normalize('NFKC').toLowerCase();
      if (plain !== source.toLowerCase()) bits |= BIT.letter_forms;
      if (!plain.includes(unit)) bits |= isHanUnit(codes[at] ?? 0) ? BIT.traditional : BIT.look_alikes;
    }
    if (at < last && (starts[at + 1] ?? 0) > (ends[at] ?? 0)) bits |= INVISIBLE.test(original.slice(ends[at], starts[at + 1])) ? BIT.invisible : BIT.gaps;
  }
  return bits;
}
