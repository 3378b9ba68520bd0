/** A question, and what a better answer to it is worth: 1 where only the strong model is right, else 0. */
export interface RouterExample {
  readonly text: string;
  readonly wins: 0 | 1;
}

/** The estimated probability that a question is answered rightly by the strong model only, 0 to 1. */
export type Router = (text: string) => number;

const BITS = 18;
const PLACES = 2 ** BITS;
/** Places behind the hashed ones: bias, length, digits. */
const DENSE = 3;
/** The best of 2, 3, 5, 10 and 20 passes and of 1e-5 to 1e-2, by cross-validation on the rows that are not measured. */
const EPOCHS = 2;
const SHRINKAGE = 1e-3;
const LEARNING_RATE = 0.1;

interface Row {
  readonly places: readonly number[];
  readonly values: readonly number[];
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/** Words and pairs of neighbouring words, hashed; each counts once. */
function gramsOf(text: string): number[] {
  const words = text.toLowerCase().match(/\p{L}+|\d+|[^\s\p{L}\d]/gu) ?? [];
  return [...new Set(words.flatMap((word, index) => [word, `${words[index - 1] ?? ''} ${word}`]).map((gram) => hashOf(gram) % PLACES))];
}

const clamp = (value: number): number => Math.max(-3, Math.min(3, value));

/**
 * Logistic regression on hashed words and pairs (weighted by how rare they are, unit length), the length and the share of
 * digits, by AdaGrad (Duchi et al., JMLR 2011). The same examples in the same order give the same router.
 */
export function trainRouter(examples: readonly RouterExample[]): Router {
  const grams = examples.map(({ text }) => gramsOf(text));
  const documents = new Float64Array(PLACES);
  for (const row of grams) for (const place of row) documents[place] = (documents[place] ?? 0) + 1;
  const lengths = examples.map(({ text }) => Math.log(text.length + 1));
  const mean = lengths.reduce((sum, one) => sum + one, 0) / Math.max(1, lengths.length);
  const spread = Math.sqrt(lengths.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, lengths.length)) || 1;
  const rowOf = (text: string, places: readonly number[]): Row => {
    const weights = places.map((place) => Math.log((examples.length + 1) / ((documents[place] ?? 0) + 1)));
    const norm = Math.hypot(...weights) || 1;
    const digits = (text.match(/\d/g)?.length ?? 0) / (text.length + 1);
    return { places: [...places, PLACES, PLACES + 1, PLACES + 2], values: [...weights.map((weight) => weight / norm), 1, clamp((Math.log(text.length + 1) - mean) / spread), digits] };
  };
  const weights = new Float64Array(PLACES + DENSE);
  const steepness = new Float64Array(PLACES + DENSE).fill(1e-8);
  const probability = ({ places, values }: Row): number => 1 / (1 + Math.exp(-places.reduce((sum, place, index) => sum + (weights[place] ?? 0) * (values[index] ?? 0), 0)));
  const rows = examples.map(({ text }, index) => rowOf(text, grams[index] ?? []));
  // Rows of one subject stand together in a file; a step of a prime length mixes them.
  const stride = [7_919, 7_907].find((prime) => rows.length % prime !== 0) ?? 1;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let step = 0; step < rows.length; step++) {
      const index = (step * stride) % rows.length;
      const row = rows[index];
      if (!row) continue;
      const error = probability(row) - (examples[index]?.wins ?? 0);
      for (const [at, place] of row.places.entries()) {
        const gradient = error * (row.values[at] ?? 0) + SHRINKAGE * (weights[place] ?? 0);
        steepness[place] = (steepness[place] ?? 0) + gradient * gradient;
        weights[place] = (weights[place] ?? 0) - (LEARNING_RATE * gradient) / Math.sqrt(steepness[place] ?? 1);
      }
    }
  }
  return (text) => probability(rowOf(text, gramsOf(text)));
}
