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
  /** What the view holds, so that readings that need it are tried only there. */
  readonly hasHan: boolean;
  readonly hasLatin: boolean;
  readonly hasDigit: boolean;
  /** Whether a unit stands twice in a row. */
  readonly hasRepeat: boolean;
}

/** Buffers that are used again from text to text: what was made with them is valid until the next. */
export interface NormaliseBuffers {
  codes: Uint16Array;
  starts: Uint32Array;
  ends: Uint32Array;
}

const DROPPED = 0;
const SEVERAL = 0xffff;
const UNKNOWN = 0xfffe;
/** Texts longer than this do not leave their buffers behind. */
const KEPT_CAPACITY = 0x8000;
/** Code point below U+20000 -> its one code unit in the view, DROPPED, SEVERAL, or UNKNOWN where it was not met yet. */
const known = new Uint16Array(0x20000).fill(UNKNOWN);
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
  const cached = codePoint < known.length ? (known[codePoint] ?? UNKNOWN) : UNKNOWN;
  if (cached !== UNKNOWN) return cached;
  const form = formOf(codePoint);
  const unit = form.length === 0 ? DROPPED : form.length === 1 && form.charCodeAt(0) < UNKNOWN ? form.charCodeAt(0) : SEVERAL;
  if (unit === SEVERAL && (codePoint < known.length || several.size < 0x10000)) several.set(codePoint, form);
  if (codePoint < known.length) known[codePoint] = unit;
  return unit;
}

export function normaliseBuffers(capacity = 256): NormaliseBuffers {
  return { codes: new Uint16Array(capacity), starts: new Uint32Array(capacity), ends: new Uint32Array(capacity) };
}

export const isHanUnit = (code: number): boolean => code >= 0x3400 && code <= 0x9fff;
export const isLatinUnit = (code: number): boolean => code >= 0x61 && code <= 0x7a;
export const isDigitUnit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/**
 * The view of a text for matching: one width and letter case, simplified characters, enclosed and mathematical
 * letters as plain ones, look-alikes as Latin letters; what is neither letter nor digit (spaces, signs, emoji,
 * zero-width and combining marks) is left out. Repetition is kept: the matcher decides about it.
 * @param buffers where the view is written; without, it has its own
 */
export function normalise(text: string, buffers: NormaliseBuffers = normaliseBuffers(text.length + 16)): NormalisedText {
  // NFKC turns one unit into 18 at most, but more than one is so rare that the buffers grow for it.
  let { codes, starts, ends } = buffers;
  if (codes.length < text.length) ({ codes, starts, ends } = grown(buffers, text.length + 16, 0));
  let length = 0;
  let hasHan = false;
  let hasLatin = false;
  let hasDigit = false;
  let hasRepeat = false;
  let before = 0;
  for (let at = 0; at < text.length; ) {
    let codePoint = text.charCodeAt(at);
    let end = at + 1;
    if (codePoint >= 0xd800 && codePoint < 0xdc00) {
      codePoint = text.codePointAt(at) ?? 0;
      if (codePoint > 0xffff) end = at + 2;
    }
    const unit = unitOf(codePoint);
    if (unit !== DROPPED && unit !== SEVERAL) {
      if (length === codes.length) ({ codes, starts, ends } = grown({ codes, starts, ends }, length * 2 + 16, length));
      codes[length] = unit;
      starts[length] = at;
      ends[length] = end;
      length++;
      if (isHanUnit(unit)) hasHan = true;
      else if (isLatinUnit(unit)) hasLatin = true;
      else if (isDigitUnit(unit)) hasDigit = true;
      if (unit === before) hasRepeat = true;
      before = unit;
    } else if (unit === SEVERAL) {
      const form = several.get(codePoint) ?? formOf(codePoint);
      if (length + form.length > codes.length) ({ codes, starts, ends } = grown({ codes, starts, ends }, length * 2 + form.length, length));
      for (let index = 0; index < form.length; index++) {
        const code = form.charCodeAt(index);
        codes[length] = code;
        starts[length] = at;
        ends[length] = end;
        length++;
        hasHan ||= isHanUnit(code);
        hasLatin ||= isLatinUnit(code);
        hasDigit ||= isDigitUnit(code);
        hasRepeat ||= code === before;
        before = code;
      }
    }
    at = end;
  }
  if (codes.length <= KEPT_CAPACITY) Object.assign(buffers, { codes, starts, ends });
  return { original: text, codes, starts, ends, length, hasHan, hasLatin, hasDigit, hasRepeat };
}

function grown(old: NormaliseBuffers, capacity: number, length: number): NormaliseBuffers {
  const bigger = normaliseBuffers(capacity);
  bigger.codes.set(old.codes.subarray(0, length));
  bigger.starts.set(old.starts.subarray(0, length));
  bigger.ends.set(old.ends.subarray(0, length));
  return bigger;
}

/** The view as a string. */
export function viewOf(normalised: NormalisedText): string {
  let view = '';
  for (let at = 0; at < normalised.length; at += 4_096) view += String.fromCharCode(...normalised.codes.subarray(at, Math.min(at + 4_096, normalised.length)));
  return view;
}
