/**
 * A text in the form that sentences are compared in: one width and letter case, no signs, single spaces between words.
 * Marks that nobody sees (zero width, direction of writing) are no borders of words.
 */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`\p{Cf}]/gu, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

/** Without the spaces beside Han characters, which writers set as they like: two texts with the same key say the same. */
export function sentenceKey(text: string): string {
  return plainText(text).replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '');
}
