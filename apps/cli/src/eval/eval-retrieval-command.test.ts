import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand, type CommandRun } from '../__fixtures__/run-command.js';
import { evalRetrievalCommand, type RetrievalReport } from './eval-retrieval-command.js';

const rows = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const CORPUS = [
  { _id: 'kettle-1', title: 'Kettle', text: 'The warranty of this product is two years.' },
  { _id: 'fryer-1', title: 'Air fryer', text: 'The warranty of this product is three years.' },
  { _id: 'fryer-2', title: 'Air fryer', text: 'The basket may be washed in a dishwasher.' },
  { _id: 'zh-1', title: '退货', text: '签收后十五天内可以退货，退货运费由我们承担。' },
];
const QUERIES = [
  { _id: 'q1', text: 'How long is the warranty?', product: 'Air fryer' },
  { _id: 'q2', text: '运费谁出', product: '退货' },
  { _id: 'q3', text: 'Is there parking?', product: 'Kettle' },
  { _id: 'q4', text: 'warranty or dishwasher', product: 'Kettle; Air fryer' },
];
const QRELS = 'query-id\tcorpus-id\tscore\nq1\tfryer-1\t1\nq2\tzh-1\t1\nq3\tzh-1\t0\nq4\tfryer-1\t1\nq4\tkettle-1\t1\nq4\tfryer-2\t1\n';

describe('yard eval retrieval', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'eval-retrieval-'));
    await writeFile(join(dir, 'corpus.jsonl'), rows(CORPUS));
    await writeFile(join(dir, 'queries.jsonl'), rows(QUERIES));
    await writeFile(join(dir, 'qrels.tsv'), QRELS);
  });
  afterEach(() => rm(dir, { recursive: true }));
  const run = (...options: string[]): Promise<CommandRun> => runCommand(evalRetrievalCommand(), ['--dir', dir, ...options]);
  const report = async (...options: string[]): Promise<RetrievalReport> => JSON.parse((await run('--json', ...options)).out) as RetrievalReport;

  it('measures the search beside its references, over all documents and within those that share a field', async () => {
    const { open, within, ...counts } = await report('--within', 'product=title', '--reference', 'minisearch');
    expect(counts).toMatchObject({ documents: 4, passages: 4, queries: 3, unjudged: 1 });
    expect(open.map(({ name }) => name)).toEqual(['switchyard', 'plain BM25', 'minisearch']);
    // "Kettle" comes first for the warranty, since nothing in the question tells the two apart.
    expect(open[0]).toMatchObject({ recall: 1, hit: 2 / 3 });
    expect(within?.[0]).toMatchObject({ ndcg: 1, hit: 1, recall: 1, reciprocalRank: 1 });
    // The references do not find 运费 within 退货运费.
    expect(within?.slice(1).map(({ hit }) => hit)).toEqual([2 / 3, 2 / 3]);
  });

  it('prints a table, and writes the report where a file is named', async () => {
    const file = join(dir, 'report.json');
    const { out, exitCode } = await run('--json', file);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/4 documents, 4 passages; 3 queries \(1 more/);
    expect(out).toMatch(/ {2}switchyard +\d\.\d{4} +0\.6667/);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ queries: 3 });
  });

  it('leaves no store behind', async () => {
    const left = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('switchyard-eval-retrieval-'));
    const before = await left();
    await run();
    expect(await left()).toEqual(before);
  });

  it.each([
    ['corpus.jsonl', '{"_id": "a", "text": "x"}\n{broken\n', 'corpus.jsonl:2: is not JSON'],
    ['corpus.jsonl', '["a"]\n', 'corpus.jsonl:1: is no JSON object'],
    ['corpus.jsonl', '{"_id": 7, "text": "x"}\n', 'corpus.jsonl:1: _id must be a text'],
    ['corpus.jsonl', '{"_id": "a", "title": 7, "text": "x"}\n', 'corpus.jsonl:1: title must be a text'],
    ['corpus.jsonl', '{"_id": "a", "text": "x"}\n\n{"_id": "a", "text": "y"}\n', 'corpus.jsonl:3: _id "a" stands in line 1 already'],
    ['corpus.jsonl', '', 'corpus.jsonl:1: holds no row'],
    ['queries.jsonl', '{"_id": "q1"}\n', 'queries.jsonl:1: text must be a text'],
    ['qrels.tsv', 'query-id\tcorpus-id\tscore\nq1\tfryer-1\t1\nq9\tfryer-1\t1\n', 'qrels.tsv:3: queries.jsonl has no query "q9"'],
    ['qrels.tsv', 'q1\tfryer-9\t1\n', 'qrels.tsv:1: corpus.jsonl has no document "fryer-9"'],
    ['qrels.tsv', 'q1\tfryer-1\tyes\n', 'qrels.tsv:1: the score "yes" is no whole number'],
    ['qrels.tsv', 'q1 fryer-1 1\n', 'qrels.tsv:1: must be a query id, a document id and a score'],
    ['qrels.tsv', 'q1\tfryer-1\t0\n', 'qrels.tsv:1: judges no query'],
  ])('names what is wrong in %s: %j', async (file, content, message) => {
    await writeFile(join(dir, file), content);
    const { error, exitCode } = await run();
    expect(exitCode).toBe(1);
    expect(error).toContain('CONFIG_INVALID');
    expect(error).toContain(message);
  });

  it('names a file that is not there', async () => {
    await rm(join(dir, 'qrels.tsv'));
    expect(await run()).toMatchObject({ exitCode: 1, error: expect.stringContaining(`${join(dir, 'qrels.tsv')} cannot be read`) as string });
  });

  it.each([
    ['product=maker', 'no document has maker'],
    ['city=title', 'the query "q1" has no city'],
  ])('refuses --within %s, which the data has not', async (within, message) => {
    expect(await run('--within', within)).toMatchObject({ exitCode: 1, error: expect.stringContaining(message) as string });
  });
});
