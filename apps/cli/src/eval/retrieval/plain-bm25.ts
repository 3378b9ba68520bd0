import type { CorpusDocument } from './read-collection.js';

const K1 = 1.2;
const B = 0.75;
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** The words of a text in lower case, as ICU cuts them; no stems, no stop words, no pairs. */
export const plainWords = (text: string): string[] => [...segmenter.segment(text.toLowerCase())].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);

/** The reference: BM25 (Robertson & Zaragoza 2009) on whole documents with their titles, by words alone. Best first. */
export function plainBm25(documents: readonly CorpusDocument[]): (query: string, accepts: (document: CorpusDocument) => boolean, limit: number) => string[] {
  const postings = new Map<string, Map<number, number>>();
  const lengths = documents.map(({ title, text }, at) => {
    const words = plainWords(`${title} ${text}`);
    for (const word of words) {
      const found = postings.get(word) ?? new Map<number, number>();
      postings.set(word, found.set(at, (found.get(at) ?? 0) + 1));
    }
    return words.length;
  });
  const average = lengths.reduce((sum, length) => sum + length, 0) / documents.length;
  return (query, accepts, limit) => {
    const scores = new Map<number, number>();
    for (const word of new Set(plainWords(query))) {
      const found = postings.get(word);
      if (!found) continue;
      const idf = Math.log(1 + (documents.length - found.size + 0.5) / (found.size + 0.5));
      for (const [at, count] of found) scores.set(at, (scores.get(at) ?? 0) + (idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * lengths[at]!) / average)));
    }
    return [...scores].filter(([at]) => accepts(documents[at]!)).toSorted((left, right) => right[1] - left[1]).slice(0, limit).map(([at]) => documents[at]!.id);
  };
}
