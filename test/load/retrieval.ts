/**
 * `yard bench retrieval`: the embedded store with many passages and vectors in one process: written, opened again, and
 * asked, beside a plain scan of the same vectors in JavaScript, which also says what the nearest are.
 *
 * Arguments: --passages N --dimensions N --data DIR (several, by commas: test collections in BEIR's layout; texts are made up
 * without) --json --save (writes `docs/benchmarks/retrieval.json`)
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { KnowledgeQuery, VectorStore } from '@switchyard/contracts';
import { Chance } from '@switchyard/testing';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { memoryOf } from './memory.ts';
import { composeCorpus, composeMiddles, composeVectors, documentAt } from './retrieval/compose-passages.ts';
import { summarise, type Summary } from './statistics.ts';

const { values: options } = parseArgs({
  options: {
    passages: { type: 'string', default: '100000' },
    dimensions: { type: 'string', default: '384' },
    data: { type: 'string' },
    open: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const WANTED = { passagesPerSecond: 2_000, openMs: 3_000, recallAt10: 0.98, vectorP99Ms: 20, lexicalP99Ms: 10 };
const scope = { tenant: 'bench', collection: 'bench' };
const space = 'bench';
const DOCUMENT = 10;
/** Documents that are written at once, as an ingest with several jobs in work does. */
const AT_ONCE = 20;
const WARM_UP = 100;
/** Questions that the plain scan is asked too. */
const REFERENCED = 200;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const rounded = (value: number): number => Math.round(value * 10) / 10;

/** A process of its own opens the file and answers one question: what a start costs, and the memory. */
if (options.open !== undefined) {
  const before = memoryOf(process.pid).residentMib;
  const began = performance.now();
  const store = openEmbeddedStore({ file: options.open, space });
  await store.query(scope, { sparse: { indices: [1], values: [1] }, dense: new Float32Array(Number(options.dimensions)).fill(1), limit: 10 });
  const openMs = Math.round(performance.now() - began);
  globalThis.gc?.();
  console.log(JSON.stringify({ openMs, memoryMib: Math.round(memoryOf(process.pid).residentMib - before) }));
  await store.close();
  process.exit(0);
}

function openElsewhere(file: string): { openMs: number; memoryMib: number } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', import.meta.filename, '--open', file, '--dimensions', options.dimensions], { encoding: 'utf8', maxBuffer: 1_000_000 });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { openMs: number; memoryMib: number };
}

interface Asked extends Summary {
  /** Processor time of the process, all its threads, a question. */
  readonly processorMs: number;
}

async function ask(store: VectorStore, queries: readonly KnowledgeQuery[]): Promise<Asked> {
  for (const query of queries.slice(0, WARM_UP)) await store.query(scope, query);
  const times: number[] = [];
  const had = process.cpuUsage();
  for (const query of queries) {
    const began = performance.now();
    await store.query(scope, query);
    times.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(had);
  return { ...summarise(times), processorMs: Math.round((user + system) / 10 / queries.length) / 100 };
}

const passages = Number(options.passages);
const dimension = Number(options.dimensions);
const chance = new Chance('retrieval');
say('composing');
const corpus = composeCorpus(options.data?.split(',') ?? [], chance);
const middles = composeMiddles(dimension, chance);
const vectors = composeVectors(passages, dimension, chance, middles);
const questions = corpus.questions.map((sparse) => ({ sparse, dense: composeVectors(1, dimension, chance, middles) }));
const directory = await mkdtemp(join(tmpdir(), 'switchyard-retrieval-'));
const file = join(directory, 'knowledge.db');

/** The ten nearest by a plain scan of all vectors, and how long it takes. */
function scanPlainly(query: Float32Array): number[] {
  const products = new Float32Array(passages);
  for (let at = 0; at < passages; at++) {
    let sum = 0;
    for (let index = 0, from = at * dimension; index < dimension; index++) sum += (query[index] ?? 0) * (vectors[from + index] ?? 0);
    products[at] = sum;
  }
  const best: number[] = [];
  for (let at = 0; at < passages; at++) {
    const product = products[at] ?? 0;
    if (best.length === 10 && product <= (products[best[9] ?? 0] ?? 0)) continue;
    let place = best.length;
    while (place > 0 && product > (products[best[place - 1] ?? 0] ?? 0)) place -= 1;
    best.splice(place, 0, at);
    if (best.length > 10) best.pop();
  }
  return best;
}

try {
  say(`writing ${passages} passages`);
  const writer = openEmbeddedStore({ file, space, snapshotAfterMs: 3_600_000 });
  const writeBegan = performance.now();
  let next = 0;
  const documents = Math.floor(passages / DOCUMENT);
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next < documents) {
      const { documentId, passages: own } = documentAt(next++, DOCUMENT, corpus, vectors, dimension);
      await writer.replaceDocument(scope, { documentId, title: documentId, contentHash: documentId }, own);
    }
  }));
  const writeSeconds = (performance.now() - writeBegan) / 1_000;
  await writer.close();
  say('opening without a snapshot');
  await rm(`${file}.index`, { recursive: true, force: true });
  const built = openElsewhere(file);
  say('opening with it');
  const opened = openElsewhere(file);

  const store = openEmbeddedStore({ file, space });
  const none = { indices: [], values: [] };
  const plainTimes: number[] = [];
  let found = 0;
  say('comparing with a plain scan');
  for (const { dense } of questions.slice(0, REFERENCED)) {
    const began = performance.now();
    const nearest = new Set(scanPlainly(dense).map((at) => `document-${Math.floor(at / DOCUMENT)}#${at % DOCUMENT}`));
    plainTimes.push(performance.now() - began);
    found += (await store.query(scope, { sparse: none, dense, limit: 10 })).filter(({ passage }) => nearest.has(passage.id)).length;
  }
  const recallAt10 = Math.round((found / (10 * Math.min(REFERENCED, questions.length))) * 10_000) / 10_000;
  say('asking');
  const result = {
    ingest: { passagesPerSecond: Math.round(passages / writeSeconds), termsMsPerPassage: Math.round(corpus.termsMs * 100) / 100, withTermsPerSecond: Math.round(passages / (writeSeconds + (corpus.termsMs * passages) / 1_000)) },
    fileMib: Math.round((await stat(file)).size / 2 ** 20),
    builtMs: built.openMs,
    openMs: opened.openMs,
    memoryMib: opened.memoryMib,
    recallAt10,
    lexical: await ask(store, questions.map(({ sparse }) => ({ sparse, limit: 10 }))),
    vector: await ask(store, questions.map(({ dense }) => ({ sparse: none, dense, limit: 10 }))),
    both: await ask(store, questions.map(({ sparse, dense }) => ({ sparse, dense, limit: 10 }))),
    filtered: await ask(store, questions.map(({ sparse, dense }) => ({ sparse, dense, limit: 10, filter: { kind: 'rare' } }))),
    plainScan: summarise(plainTimes),
  };
  await store.close();
  const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? arch(), memoryGib: Math.round(totalmem() / 2 ** 30), node: process.version };
  const whole = { at: new Date().toISOString().slice(0, 10), machine, about: { passages, dimension, collections: options.data === undefined ? 'made up' : 'given', texts: corpus.texts.length, questions: questions.length, wanted: WANTED }, ...result };
  if (options.json) console.log(JSON.stringify(whole));
  else {
    const row = (name: string, { p50Ms, p99Ms, maxMs }: Summary, processorMs?: number): string => `  ${name.padEnd(40)}${[p50Ms, p99Ms, maxMs, processorMs ?? Number.NaN].map((ms) => (Number.isNaN(ms) ? '' : ms.toFixed(2)).padStart(10)).join('')}`;
    console.log(`  ${passages} passages, ${dimension} dimensions: written at ${result.ingest.passagesPerSecond} a second, ${result.ingest.withTermsPerSecond} with their terms made on the same core (wanted: ${WANTED.passagesPerSecond}); file ${result.fileMib} MiB`);
    console.log(`  index made of the file in ${rounded(result.builtMs / 1_000)} s; opened from its snapshot in ${rounded(result.openMs / 1_000)} s (wanted: ${WANTED.openMs / 1_000}); ${result.memoryMib} MiB`);
    console.log(`  recall@10 beside the plain scan ${result.recallAt10} (wanted: ${WANTED.recallAt10})`);
    console.log(`  ${'ms a question'.padEnd(40)}       p50       p99       max processor`);
    console.log(row(`words (wanted p99: ${WANTED.lexicalP99Ms})`, result.lexical, result.lexical.processorMs));
    console.log(row(`vector (wanted p99: ${WANTED.vectorP99Ms})`, result.vector, result.vector.processorMs));
    console.log(row('words and vector', result.both, result.both.processorMs));
    console.log(row('words and vector, one in twenty', result.filtered, result.filtered.processorMs));
    console.log(row('vector, plain scan (reference)', result.plainScan));
  }
  if (options.save) {
    const folder = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'retrieval.json'), `${JSON.stringify(whole, undefined, 2)}\n`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
