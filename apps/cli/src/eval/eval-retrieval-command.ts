import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { FilterValue } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { fail } from '../output.js';
import { indexCollection } from './retrieval/index-collection.js';
import { knowledgeSearch, measureContender, type Contender, type ContenderScores, type Restriction } from './retrieval/measure-retrieval.js';
import { readCollection, type CollectionQuery, type TestCollection } from './retrieval/read-collection.js';
import { miniSearchReference, plainReference } from './retrieval/references.js';

interface Within {
  readonly queryField: string;
  readonly field: string;
}

interface RetrievalOptions {
  readonly dir: string;
  readonly within?: Within;
  readonly reference?: 'minisearch';
  readonly json?: string | true;
}

export interface RetrievalReport {
  readonly documents: number;
  readonly passages: number;
  readonly queries: number;
  readonly unjudged: number;
  readonly indexSeconds: number;
  readonly passagesPerSecond: number;
  readonly loadSeconds: number;
  readonly fileMb: number;
  readonly memoryMb: number;
  /** The whole collection searched. */
  readonly open: readonly ContenderScores[];
  /** Each query restricted to the documents that share its field. */
  readonly within?: readonly ContenderScores[];
}

function withinOf(text: string): Within {
  const [, queryField, field] = /^([^=]+)=([^=]+)$/u.exec(text) ?? [];
  if (queryField === undefined || field === undefined) throw new InvalidArgumentError('It must be QUERY_FIELD=DOCUMENT_FIELD.');
  return { queryField, field };
}

/** Several values are parted by semicolons, or a list. @throws MeshError CONFIG_INVALID naming the query that has none */
function restrictionOf({ queryField, field }: Within, { id, fields }: CollectionQuery): Restriction {
  const value = fields[queryField];
  const values = (Array.isArray(value) ? value : typeof value === 'string' ? value.split(/;\s*/u) : [value]).filter((one): one is FilterValue => ['string', 'number', 'boolean'].includes(typeof one) && one !== '');
  if (values.length === 0) throw new MeshError('CONFIG_INVALID', `--within: the query "${id}" has no ${queryField}`, { field: 'within' });
  return { field, values };
}

async function measure(collection: TestCollection, { within, reference }: RetrievalOptions): Promise<RetrievalReport> {
  const { documents, queries, unjudged } = collection;
  if (within && !documents.some(({ metadata }) => Object.hasOwn(metadata, within.field))) throw new MeshError('CONFIG_INVALID', `--within: no document has ${within.field}`, { field: 'within' });
  const restrictions = within && new Map(queries.map((query) => [query.id, restrictionOf(within, query)]));
  process.stderr.write(`${documents.length} documents…\n`);
  const { store, close, ...index } = await indexCollection(collection);
  try {
    const contenders: Contender[] = [knowledgeSearch(store), plainReference(documents), ...(reference ? [await miniSearchReference(documents)] : [])];
    const ask = async (restrictionFor: (query: CollectionQuery) => Restriction | undefined): Promise<ContenderScores[]> => {
      const rows: ContenderScores[] = [];
      for (const contender of contenders) rows.push(await measureContender(contender, queries, restrictionFor));
      return rows;
    };
    return {
      documents: documents.length,
      queries: queries.length,
      unjudged,
      passagesPerSecond: index.passages / index.indexSeconds,
      ...index,
      open: await ask(() => undefined),
      ...(restrictions ? { within: await ask(({ id }) => restrictions.get(id)) } : {}),
    };
  } finally {
    await close();
  }
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

function printScores(title: string, rows: readonly ContenderScores[]): void {
  print(`${title.padEnd(34)}  nDCG@10   hit@1  recall@10  MRR@10   p50 ms   p99 ms  CPU ms`);
  for (const { name, ndcg, hit, recall, reciprocalRank, p50Ms, p99Ms, meanCpuMs } of rows) {
    print(`  ${name.padEnd(32)}  ${[ndcg, hit, recall, reciprocalRank].map((value, at) => value.toFixed(4).padStart([7, 7, 9, 7][at]!)).join(' ')}  ${[p50Ms, p99Ms, meanCpuMs].map((value) => value.toFixed(3).padStart(7)).join('  ')}`);
  }
}

function printReport({ documents, passages, queries, unjudged, indexSeconds, passagesPerSecond, loadSeconds, fileMb, memoryMb, open, within }: RetrievalReport, restricted: Within | undefined): void {
  print(`${documents} documents, ${passages} passages; ${queries} queries${unjudged > 0 ? ` (${unjudged} more that no document answers are left out)` : ''}`);
  print(`indexed in ${indexSeconds.toFixed(1)} s (${passagesPerSecond.toFixed(0)} passages/s), loaded in ${loadSeconds.toFixed(2)} s; ${fileMb.toFixed(1)} MiB on disk, the process grew by ${memoryMb.toFixed(0)} MiB`);
  printScores('all documents', open);
  if (within && restricted) printScores(`documents whose ${restricted.field} is the ${restricted.queryField}`, within);
}

export function evalRetrievalCommand(): Command {
  return new Command('retrieval')
    .description('search on a collection with known answers: quality, time and memory, in the embedded store and without an embedding server, beside plain BM25')
    .requiredOption('--dir <dir>', 'folder with corpus.jsonl, queries.jsonl and qrels.tsv (layout of BEIR)')
    .option('--within <query field=document field>', 'measure also with each query restricted to the documents that share its field, e.g. entity=title', withinOf)
    .addOption(new Option('--reference <module>', 'an npm search library to measure beside').choices(['minisearch']))
    .option('--json [file]', 'print the report as JSON, or write it too')
    .action(async (options: RetrievalOptions) => {
      try {
        const report = await measure(await readCollection(options.dir), options);
        if (options.json === true) print(JSON.stringify(report));
        else printReport(report, options.within);
        if (typeof options.json === 'string') await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
