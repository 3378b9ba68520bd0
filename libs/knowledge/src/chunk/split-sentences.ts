/** Abbreviations whose dot ends no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|No|vs|etc|e\.g|i\.e|approx|St|Inc|Ltd|Co|U\.S|a\.m|p\.m)\.$/iu;

/**
 * Sentences of a text as exact pieces of it, trimmed. Line breaks end one, as do Chinese full stops and the Western
 * ones before a space; decimals, order numbers and web addresses are not cut.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  for (const line of text.split('\n')) {
    let start = 0;
    for (const match of line.matchAll(/[。！？…]+[”’」』）)"']*|[.!?]+["'”’)]*(?=\s)/gu)) {
      const end = match.index + match[0].length;
      if (ABBREVIATION.test(line.slice(start, end))) continue;
      sentences.push(line.slice(start, end));
      start = end;
    }
    sentences.push(line.slice(start));
  }
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}
