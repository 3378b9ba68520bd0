import { from, to } from 'opencc-js/preset/t2cn';

type Groups = (typeof to)[string];

/** The entries of one character to one. Phrases are left out: offsets must be kept, and matching needs no more. */
function readPairs(groups: Groups | undefined): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const dictionary of (groups ?? []).flat()) {
    const entries = typeof dictionary === 'string' ? dictionary.split('|').map((entry) => entry.split(' ')) : dictionary;
    for (const [source, target] of entries) {
      if (source !== undefined && target !== undefined && Array.from(source).length === 1 && Array.from(target).length === 1) pairs.set(source, target);
    }
  }
  return pairs;
}

let tables: { readonly general: Map<string, string>; readonly variants: Map<string, string> } | undefined;

/** The simplified form of one character; the character itself where it has none. The tables are read on first use. */
export function simplified(character: string): string {
  tables ??= { general: readPairs(to['cn']), variants: new Map([...readPairs(from['hk']), ...readPairs(from['tw'])]) };
  const direct = tables.general.get(character);
  if (direct !== undefined) return direct;
  // The forms of Hong Kong and Taiwan lead to the general traditional one first.
  const variant = tables.variants.get(character);
  return variant === undefined ? character : (tables.general.get(variant) ?? character);
}

const UNKNOWN = 0;
/** Its simplified form lies beyond the first plane, as that of a few rare characters does. */
const FAR = 0xffff;
/** Code unit -> that of its simplified form, found out once. */
const forms = new Uint16Array(0x10000);

const isSurrogate = (code: number): boolean => (code & 0xf800) === 0xd800;

function formOf(code: number): number {
  const form = simplified(String.fromCharCode(code));
  return form.length === 1 ? form.charCodeAt(0) : FAR;
}

/** A text with every character in its simplified form; the text itself where all are. */
export function simplify(text: string): string {
  let changed = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    let form = forms[code] as number;
    if (form === UNKNOWN) forms[code] = form = isSurrogate(code) ? FAR : formOf(code);
    if (form === code) continue;
    if (form === FAR) return Array.from(text, simplified).join('');
    changed += text.slice(from, at) + String.fromCharCode(form);
    from = at + 1;
  }
  return from === 0 ? text : changed + text.slice(from);
}
