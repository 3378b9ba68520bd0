/** What becomes of a character of a folded text: see `readPlain`. */
const UNKNOWN = 0;
const BORDER = 1;
const DROPPED = 2;
const KEPT = 3;
const KEPT_HAN = 4;

/** Code unit -> what becomes of it, found out once: the same few thousand characters make up all the traffic. */
const kinds = new Uint8Array(0x10000);

function kindOf(character: string): number {
  if (/^['’`\p{Cf}]$/u.test(character)) return DROPPED;
  if (!/^[\p{L}\p{N}\p{M}]$/u.test(character)) return BORDER;
  return /^\p{Script=Han}$/u.test(character) ? KEPT_HAN : KEPT;
}

/** A plain text as code units; only the first `length` are filled. Spaces stand between words only, one each. */
export interface PlainCodes {
  readonly codes: Uint16Array;
  /** 1 where the unit is (half of) a Han character. */
  readonly han: Uint8Array;
  readonly length: number;
}

/** Texts longer than this do not leave their buffers behind. */
const KEPT_CAPACITY = 0x2000;
const SPACE = 0x20;

let codes = new Uint16Array(256);
let han = new Uint8Array(256);
let last: { readonly text: string; readonly plain: PlainCodes } | undefined;

/**
 * A text in the form that sentences are compared in: one width and letter case, no signs, single spaces between words.
 * Marks that nobody sees (zero width, direction of writing) are no borders of words. Valid until the next call; the
 * same text again costs nothing, as a message is read by several parts of a tier one after the other.
 */
export function readPlain(text: string): PlainCodes {
  if (last?.text === text) return last.plain;
  last = undefined;
  const folded = text.normalize('NFKC').toLowerCase();
  if (codes.length < folded.length || (codes.length > KEPT_CAPACITY && folded.length <= KEPT_CAPACITY)) {
    codes = new Uint16Array(Math.max(256, folded.length));
    han = new Uint8Array(codes.length);
  }
  let length = 0;
  let isBorder = false;
  for (let at = 0; at < folded.length; at++) {
    const code = folded.charCodeAt(at);
    let kind = kinds[code] ?? UNKNOWN;
    let low = 0;
    if ((code & 0xf800) === 0xd800) {
      // Characters beyond the first plane are too many for the table, and too rare; half of one is no letter.
      const next = code < 0xdc00 ? folded.charCodeAt(at + 1) : 0;
      if ((next & 0xfc00) === 0xdc00) {
        low = next;
        kind = kindOf(String.fromCharCode(code, low));
        at++;
      } else kind = BORDER;
    } else if (kind === UNKNOWN) kinds[code] = kind = kindOf(String.fromCharCode(code));
    if (kind === DROPPED) continue;
    if (kind === BORDER) {
      isBorder = length > 0;
      continue;
    }
    // A space takes the place of what was a border, so there is room for it.
    if (isBorder) {
      codes[length] = SPACE;
      han[length++] = 0;
      isBorder = false;
    }
    const isHan = kind === KEPT_HAN ? 1 : 0;
    codes[length] = code;
    han[length++] = isHan;
    if (low !== 0) {
      codes[length] = low;
      han[length++] = isHan;
    }
  }
  const plain = { codes, han, length };
  if (folded.length <= KEPT_CAPACITY) last = { text, plain };
  return plain;
}

/** Calls `found` with the units of the key of a text: plain, without the spaces beside Han characters, which writers set as they like. */
export function eachOfKey({ codes: units, han: isHan, length }: PlainCodes, found: (code: number) => void): void {
  for (let at = 0; at < length; at++) {
    const code = units[at] as number;
    if (code !== SPACE || (isHan[at - 1] === 0 && isHan[at + 1] === 0)) found(code);
  }
}

/** Two texts with the same key say the same. */
export function sentenceKey(text: string): string {
  let key = '';
  eachOfKey(readPlain(text), (code) => (key += String.fromCharCode(code)));
  return key;
}
