import { latinOf } from './look-alikes.js';
import { simplified } from './simplified-characters.js';

/**
 * A text as the word matcher sees it: letters and digits only, in one form each. Unit `i` of the view stands for the
 * original from `starts[i]` to `ends[i]` (UTF-16 offsets); several units may stand for one character ("⑩" is "10").
 */
export interface NormalisedText {
  readonly original: string;
  /** UTF-16 code units of the view; only the first `length` are filled. */
  readonly codes: Uint16Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly length: number;
}

const DROPPED = 0;
const SEVERAL = 0xffff;
/** Code point below U+20000 -> its one code unit in the view, DROPPED, SEVERAL, or -1 where it was not met yet. */
const known = new Int32Array(0x20000).fill(-1);
const several = new Map<number, string>();

function formOf(codePoint: number): string {
  const decomposed = latinOf(String.fromCodePoint(codePoint).normalize('NFKC').toLowerCase()).normalize('NFD');
  const bare = decomposed.replace(/\p{M}+/gu, '').normalize('NFC');
  let form = '';
  for (const character of bare) {
    const one = simplified(latinOf(character));
    if (/^[\p{L}\p{N}]/u.test(one)) form += one;
  }
  return form;
}

/** The unit of a code point, computed once: the same few thousand characters make up all the traffic. */
function unitOf(codePoint: number): number {
  const cached = known[codePoint] ?? -1;
  if (cached !== -1) return cached;
  const form = formOf(codePoint);
  const unit = form.length === 0 ? DROPPED : form.length === 1 ? form.charCodeAt(0) : SEVERAL;
  if (unit === SEVERAL) several.set(codePoint, form);
  if (codePoint < known.length) known[codePoint] = unit;
  return unit;
}

/**
 * The view of a text for matching: one width and letter case, simplified characters, enclosed and mathematical
 * letters as plain ones, look-alikes as Latin letters; what is neither letter nor digit (spaces, signs, emoji,
 * zero-width and combining marks) is left out. Repetition is kept: the matcher decides about it.
 */
export function normalise(text: string): NormalisedText {
  // NFKC turns one unit into 18 at most, but more than three is so rare that the buffers grow for it.
  let capacity = text.length + 16;
  let codes = new Uint16Array(capacity);
  let starts = new Uint32Array(capacity);
  let ends = new Uint32Array(capacity);
  let length = 0;
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    const unit = unitOf(codePoint);
    const form = unit === SEVERAL ? (several.get(codePoint) ?? '') : '';
    const size = unit === DROPPED ? 0 : unit === SEVERAL ? form.length : 1;
    if (length + size > capacity) {
      capacity = capacity * 2 + size;
      codes = grown(codes, new Uint16Array(capacity));
      starts = grown(starts, new Uint32Array(capacity));
      ends = grown(ends, new Uint32Array(capacity));
    }
    for (let index = 0; index < size; index++) {
      codes[length] = unit === SEVERAL ? form.charCodeAt(index) : unit;
      starts[length] = at;
      ends[length] = end;
      length++;
    }
    at = end;
  }
  return { original: text, codes, starts, ends, length };
}

function grown<Buffer extends Uint16Array | Uint32Array>(old: Buffer, bigger: Buffer): Buffer {
  bigger.set(old);
  return bigger;
}

/** The view as a string. */
export function viewOf(normalised: NormalisedText): string {
  let view = '';
  for (let at = 0; at < normalised.length; at += 4_096) view += String.fromCharCode(...normalised.codes.subarray(at, Math.min(at + 4_096, normalised.length)));
  return view;
}
