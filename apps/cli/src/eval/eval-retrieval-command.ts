import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { FilterValue } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { fail } from '../output.js';
import { indexCollection } from './retrieval/index-collection.js';
import { knowledgeSearch, measureContender, type Asked, type Contender, type ContenderScores, type Restriction } from './retrieval/measure-retrieval.js';
import { measureAnswerability, type AnswerabilityScores } from './retrieval/measure-answerability.js';
import { readCollection, type CollectionQuery, type TestCollection } from './retrieval/read-collection.js';
import { miniSearchReference, plainReference } from './retrieval/references.js';

interface Within {
  readonly queryField: string;
  readonly field: string;
}

interface RetrievalOptions {
  readonly dir: string;
  readonly within?: Within;
  readonly context?: string;
  readonly answerability?: true;
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
  /** The whole collection searched, with what was said before each query. */
  readonly conversation?: readonly ContenderScores[];
  /** Whether what cannot be answered is told from what can; within the restriction where there is one. */
  readonly answerability?: AnswerabilityScores;
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

/** @throws MeshError CONFIG_INVALID naming the query whose field is no list of texts */
function turnsOf(field: string, { id, fields }: CollectionQuery): string[] {
  const turns = fields[field];
  if (!Array.isArray(turns) || turns.some((turn) => typeof turn !== 'string')) throw new MeshError('CONFIG_INVALID', `--context: ${field} of the query "${id}" is no list of texts`, { field: 'context' });
  // "U: " and "S: " say who spoke.
  return turns.map((turn: string) => turn.replace(/^[A-Za-z]{1,9}:\s/u, ''));
}

async function measure(collection: TestCollection, { within, context, answerability, reference }: RetrievalOptions): Promise<RetrievalReport> {
  const { documents, queries, unjudged } = collection;
  if (within && !documents.some(({ metadata }) => Object.hasOwn(metadata, within.field))) throw new MeshError('CONFIG_INVALID', `--within: no document has ${within.field}`, { field: 'within' });
  const restrictions = within && new Map(queries.map((query) => [query.id, restrictionOf(within, query)]));
  const conversations = context === undefined ? undefined : new Map(queries.map((query) => [query.id, turnsOf(context, query)]));
  process.stderr.write(`${documents.length} documents…\n`);
  const { store, close, ...index } = await indexCollection(collection);
  try {
    const contenders: Contender[] = [knowledgeSearch(store), plainReference(documents), ...(reference ? [await miniSearchReference(documents)] : [])];
    const ask = async (askedOf: (query: CollectionQuery) => Asked): Promise<ContenderScores[]> => {
      const rows: ContenderScores[] = [];
      for (const contender of contenders) rows.push(await measureContender(contender, queries, askedOf));
      return rows;
    };
    return {
      documents: documents.length,
      queries: queries.length,
      unjudged,
      passagesPerSecond: index.passages / index.indexSeconds,
      ...index,
      open: await ask(() => ({})),
      ...(restrictions ? { within: await ask(({ id }) => ({ restriction: restrictions.get(id) })) } : {}),
      ...(conversations ? { conversation: await ask(({ id }) => ({ before: conversations.get(id) })) } : {}),
      ...(answerability ? { answerability: await measureAnswerability(store, documents, queries, ({ id }) => restrictions?.get(id)) } : {}),
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

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function printAnswerability({ queries, areaUnderCurve, threshold, refusedWithout, refusedWith, halves }: AnswerabilityScores): void {
  print(`"I don't know", ${queries} questions, each also with all that answers it taken out: AUC ${areaUnderCurve.toFixed(3)}`);
  print(`  threshold ${threshold.toFixed(2)}, the product's: ${percent(refusedWithout)} of those without an answer are refused, ${percent(refusedWith)} of those with one`);
  print(`  threshold ${halves.threshold.toFixed(2)}, which refuses 85 % without an answer of one half; on the other ${percent(halves.refusedWithout)} and ${percent(halves.refusedWith)}`);
}

function printReport({ documents, passages, queries, unjudged, indexSeconds, passagesPerSecond, loadSeconds, fileMb, memoryMb, open, within, conversation, answerability }: RetrievalReport, restricted: Within | undefined): void {
  print(`${documents} documents, ${passages} passages; ${queries} queries${unjudged > 0 ? ` (${unjudged} more that no document answers are left out)` : ''}`);
  print(`indexed in ${indexSeconds.toFixed(1)} s (${passagesPerSecond.toFixed(0)} passages/s), loaded in ${loadSeconds.toFixed(2)} s; ${fileMb.toFixed(1)} MiB on disk, the process grew by ${memoryMb.toFixed(0)} MiB`);
  printScores('all documents', open);
  if (within && restricted) printScores(`documents whose ${restricted.field} is the ${restricted.queryField}`, within);
  if (conversation) printScores('all, and what was said before', conversation);
  if (answerability) printAnswerability(answerability);
}

export function evalRetrievalCommand(): Command {
  return new Command('retrieval')
    .description('search on a collection with known answers: quality, time and memory, in the embedded store and without an embedding server, beside plain BM25')
    .requiredOption('--dir <dir>', 'folder with corpus.jsonl, queries.jsonl and qrels.tsv (layout of BEIR)')
    .option('--within <query field=document field>', 'measure also with each query restricted to the documents that share its field, e.g. entity=title', withinOf)
    .option('--context <query field>', 'measure also with what was said before each query, a list of texts, oldest first')
    .option('--answerability', 'measure also how well questions without an answer are told: each question is asked with all that answers it taken out, too')
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
