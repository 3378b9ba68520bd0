import { Converter } from 'opencc-js/t2cn';

const toSimplified = Converter({ from: 't', to: 'cn' });
const simplified = new Map<string, string>();

// Character by character and remembered: phrases do not matter for matching, since documents and questions pass
// through the same function, and a map look-up is far cheaper than the converter's trie.
function simplifyCharacter(character: string): string {
  const known = simplified.get(character);
  if (known !== undefined) return known;
  const plain = toSimplified(character) ?? character;
  simplified.set(character, plain);
  return plain;
}

/** The text with its traditional characters as simplified ones, of the same length; all else as it was. */
export function simplify(text: string): string {
  return text.replace(/[\u4E00-\u9FFF]/gu, simplifyCharacter);
}

/**
 * The form in which texts are compared: full width becomes half width, traditional becomes simplified, all lower
 * case, invisible characters gone. For matching only; what a customer reads is always the original.
 */
export function normaliseText(text: string): string {
  return simplify(text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u00AD\u200B-\u200F\u2060\uFEFF]/gu, '')
    .replace(/[’‘]/gu, "'"));
}
