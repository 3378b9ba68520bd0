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
