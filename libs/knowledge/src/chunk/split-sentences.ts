/** Abbreviations whose dot ends no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|No|vs|etc|e\.g|i\.e|approx|St|Inc|Ltd|Co|U\.S|a\.m|p\.m)\.$/iu;

/** Longer than any abbreviation with the character before it: only so much of a sentence's end is looked at. */
const ABBREVIATION_LENGTH = 16;

/**
 * Sentences of a text as exact pieces of it, trimmed. Line breaks end one, as do Chinese full stops and the Western
 * ones before a space; decimals, order numbers and web addresses are not cut.
 */
export function* sentencesOf(text: string): Generator<string> {
  for (const line of text.split('\n')) {
    let start = 0;
    // Only from the start of a run of marks: from each of them, a run without an end would be read again and again.
    for (const match of line.matchAll(/[。！？…]+[”’」』）)"']*|(?<![.!?])[.!?]+["'”’)]*(?=\s)/gu)) {
      const end = match.index + match[0].length;
      if (ABBREVIATION.test(line.slice(Math.max(start, end - ABBREVIATION_LENGTH), end))) continue;
      const sentence = line.slice(start, end).trim();
      if (sentence !== '') yield sentence;
      start = end;
    }
    const rest = line.slice(start).trim();
    if (rest !== '') yield rest;
  }
}

/** As `sentencesOf`, all of them. */
export const splitSentences = (text: string): string[] => [...sentencesOf(text)];
