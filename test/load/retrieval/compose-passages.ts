/** Passages with vectors, and questions to them: of test collections where they are given, else made up. All of it is decided by a seed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SparseVector, StoredPassage } from '@switchyard/contracts';
import { passageOf, queryVector } from '@switchyard/knowledge';
import { Chance } from '@switchyard/testing';

export interface Corpus {
  /** Term vectors of different texts; passages use them again where there are not enough. */
  readonly texts: readonly { readonly title: string; readonly text: string; readonly language: string; readonly sparse: SparseVector }[];
  readonly questions: readonly SparseVector[];
  /** Milliseconds that a text took to become terms, on one core. */
  readonly termsMs: number;
}

const TEXTS = 10_000;
const QUESTIONS = 1_000;
const CLUSTERS = 200;
/** Spread of the vectors around the middle of their cluster, where that has 1 in each direction. */
const SPREAD = 1.2;

interface Row {
  readonly title?: string;
  readonly text: string;
}

const readRows = (file: string): Row[] => readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Row);

/** Words with the frequencies of a language (Zipf), two of five texts of Han. */
function makeUp(chance: Chance): { texts: Row[]; questions: Row[] } {
  const words = Array.from({ length: 30_000 }, () => Array.from({ length: 3 + chance.below(6) }, () => String.fromCodePoint(97 + chance.below(26))).join(''));
  const zipf = (count: number): number => Math.min(count - 1, Math.floor(count ** chance.next()) - 1);
  const text = (length: number, isHan: boolean): Row => ({
    text: isHan ? Array.from({ length }, () => String.fromCodePoint(0x4e00 + zipf(6_000))).join('') : Array.from({ length }, () => words[zipf(words.length)]).join(' '),
  });
  const rows = (count: number, shortest: number, longest: number): Row[] => Array.from({ length: count }, (_, at) => text(shortest + chance.below(longest - shortest), at % 5 < 2));
  return { texts: rows(TEXTS, 20, 120), questions: rows(QUESTIONS, 5, 15) };
}

/** `folders` hold `corpus.jsonl` and `queries.jsonl` (BEIR). */
export function composeCorpus(folders: readonly string[], chance: Chance): Corpus {
  for (const folder of folders) if (!existsSync(join(folder, 'corpus.jsonl'))) throw new Error(`${folder} has no corpus.jsonl`);
  const { texts, questions } = folders.length === 0 ? makeUp(chance) : { texts: folders.flatMap((folder) => readRows(join(folder, 'corpus.jsonl'))), questions: folders.flatMap((folder) => readRows(join(folder, 'queries.jsonl'))) };
  const began = process.threadCpuUsage();
  const passages = texts.map(({ title = '', text }) => passageOf({ title, text, variants: [], language: 'en' }, 0, { scope: { tenant: 'bench', collection: 'bench' }, documentId: 'text', metadata: {} }));
  const { user, system } = process.threadCpuUsage(began);
  const every = Math.max(1, Math.floor(questions.length / QUESTIONS));
  return {
    texts: passages.map(({ title, text, language, sparse }) => ({ title, text, language, sparse })),
    questions: questions.filter((_, at) => at % every === 0).slice(0, QUESTIONS).map(({ text }) => queryVector(text)),
    termsMs: (user + system) / 1_000 / passages.length,
  };
}

/** Unit vectors in clusters, as those of an embedding model are, rather than evenly all over the sphere, where nothing is near to anything. */
export function composeVectors(count: number, dimension: number, chance: Chance, middles: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(count * dimension);
  for (let at = 0; at < count; at++) {
    const middle = chance.pick(middles);
    const vector = all.subarray(at * dimension, (at + 1) * dimension);
    let squares = 0;
    for (let index = 0; index < dimension; index++) {
      const value = (middle[index] ?? 0) + SPREAD * gauss(chance);
      vector[index] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let index = 0; index < dimension; index++) vector[index] = (vector[index] ?? 0) / length;
  }
  return all;
}

export const composeMiddles = (dimension: number, chance: Chance): Float32Array[] => Array.from({ length: CLUSTERS }, () => Float32Array.from({ length: dimension }, () => gauss(chance)));

/** Box and Muller 1958. */
function gauss(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
}

/** Documents of ten passages each; a twentieth of them are of the kind that the filter asks for. */
export function documentAt(number: number, size: number, corpus: Corpus, vectors: Float32Array, dimension: number): { documentId: string; passages: StoredPassage[] } {
  const documentId = `document-${number}`;
  const passages = Array.from({ length: size }, (_, position) => {
    const at = number * size + position;
    const text = corpus.texts[at % corpus.texts.length];
    if (!text) throw new Error('no texts');
    return { ...text, id: `${documentId}#${position}`, documentId, position, metadata: { kind: number % 20 === 0 ? 'rare' : 'common' }, dense: vectors.subarray(at * dimension, (at + 1) * dimension) };
  });
  return { documentId, passages };
}
