import { join } from 'node:path';
import { MeshError } from '@switchyard/errors';
import { readLines } from '../../words/read-lines.js';

export interface CorpusDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The other fields of its row that are texts, numbers or booleans, and the title: what a search may be restricted by. */
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

export interface CollectionQuery {
  readonly id: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** How much each document answers it, by document; those above 0 only, at least one. */
  readonly relevant: ReadonlyMap<string, number>;
}

/** A test collection for retrieval. */
export interface TestCollection {
  readonly documents: readonly CorpusDocument[];
  /** Those that a document answers; the others tell nothing about a ranking. */
  readonly queries: readonly CollectionQuery[];
  /** Queries of the file that no document answers. */
  readonly unjudged: number;
}

const fault = (file: string, line: number, detail: string): MeshError => new MeshError('CONFIG_INVALID', `${file}:${line}: ${detail}`, { field: file });

interface Row {
  readonly line: number;
  readonly id: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Rows with an `_id` of their own and a `text`. */
async function readTextRows(file: string): Promise<Row[]> {
  const lineOf = new Map<string, number>();
  const rows = (await readLines(file)).map(({ line, text }): Row => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new MeshError('CONFIG_INVALID', `${file}:${line}: is not JSON`, { cause, field: file });
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(file, line, 'is no JSON object');
    const fields = value as Readonly<Record<string, unknown>>;
    const [id, words] = [fields['_id'], fields['text']];
    if (typeof id !== 'string' || id === '') throw fault(file, line, '_id must be a text');
    if (typeof words !== 'string') throw fault(file, line, 'text must be a text');
    const before = lineOf.get(id);
    if (before !== undefined) throw fault(file, line, `_id "${id}" stands in line ${before} already`);
    lineOf.set(id, line);
    return { line, id, text: words, fields };
  });
  if (rows.length === 0) throw fault(file, 1, 'holds no row');
  return rows;
}

function documentOf(file: string, { line, id, text, fields }: Row): CorpusDocument {
  const title = fields['title'] ?? '';
  if (typeof title !== 'string') throw fault(file, line, 'title must be a text');
  const scalars = Object.entries(fields).filter((entry): entry is [string, string | number | boolean] => entry[0] !== '_id' && entry[0] !== 'text' && ['string', 'number', 'boolean'].includes(typeof entry[1]));
  return { id, title, text, metadata: { ...Object.fromEntries(scalars), title } };
}

async function readJudgements(file: string, queries: ReadonlySet<string>, documents: ReadonlySet<string>): Promise<Map<string, Map<string, number>>> {
  const judged = new Map<string, Map<string, number>>();
  for (const { line, text } of await readLines(file)) {
    const [query, document, score, ...more] = text.split('\t');
    if (line === 1 && query === 'query-id') continue;
    if (query === undefined || document === undefined || score === undefined || more.length > 0) throw fault(file, line, 'must be a query id, a document id and a score with tabs between them');
    if (!/^\d+$/u.test(score)) throw fault(file, line, `the score "${score}" is no whole number`);
    if (!queries.has(query)) throw fault(file, line, `queries.jsonl has no query "${query}"`);
    if (!documents.has(document)) throw fault(file, line, `corpus.jsonl has no document "${document}"`);
    if (Number(score) === 0) continue;
    const relevant = judged.get(query) ?? new Map<string, number>();
    judged.set(query, relevant.set(document, Number(score)));
  }
  return judged;
}

/**
 * A folder in the layout of BEIR (Thakur et al. 2021): `corpus.jsonl` {_id, title?, text, …}, `queries.jsonl`
 * {_id, text, …} and `qrels.tsv` (query id, document id, score).
 * @throws MeshError CONFIG_INVALID with file and line
 */
export async function readCollection(directory: string): Promise<TestCollection> {
  const corpus = join(directory, 'corpus.jsonl');
  const documents = (await readTextRows(corpus)).map((row) => documentOf(corpus, row));
  const rows = await readTextRows(join(directory, 'queries.jsonl'));
  const judged = await readJudgements(join(directory, 'qrels.tsv'), new Set(rows.map(({ id }) => id)), new Set(documents.map(({ id }) => id)));
  const queries = rows.flatMap(({ id, text, fields }) => {
    const relevant = judged.get(id);
    return relevant ? [{ id, text, fields, relevant }] : [];
  });
  if (queries.length === 0) throw fault(join(directory, 'qrels.tsv'), 1, 'judges no query');
  return { documents, queries, unjudged: rows.length - queries.length };
}
