/**
 * `yard bench ingest`: documents of the sample site, copied, read and stored into an embedded store on disk, as the
 * retrieval tier does it: in threads beside the thread that stores. Beside it, as the reference, the plain way: one
 * document after the other, read on the thread that stores it.
 *
 * Arguments: --copies N (of the site's 52 documents) --threads N (that read) --json
 */
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { indexDocument, type PassageReader, type SourceDocument } from '../../apps/retrieval/dist/ingest/index-document.js';
import { readPassages } from '../../apps/retrieval/dist/ingest/read/read-passages.js';
import { ReadingThreads } from '../../apps/retrieval/dist/ingest/read/reading-threads.js';

const { values: options } = parseArgs({
  options: { copies: { type: 'string', default: '40' }, threads: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) }, json: { type: 'boolean', default: false } },
});
const WANTED_PER_SECOND = 2_000;
/** Documents in work at once, as in the tier. */
const AT_ONCE = 16;
const scope = { tenant: 'bench', collection: 'site' };
const { signal } = new AbortController();
const folder = join(import.meta.dirname, '..', '..', 'deploy', 'sites', 'shop', 'knowledge');
const files = globSync(join(folder, '*', '*')).map((file) => ({ name: relative(folder, file), content: readFileSync(file) }));
const documents: SourceDocument[] = Array.from({ length: Number(options.copies) }, (_, copy) => files.map(({ name, content }) => ({ documentId: `${copy}/${name}`, fileName: name, content }))).flat();

interface Measured {
  readonly passages: number;
  readonly perSecond: number;
  /** Of processor time, all threads together: what a machine with nothing else to do could reach on one core. */
  readonly perCpuSecond: number;
  /** Longest stretch for which the storing thread took nothing else, in ms. */
  readonly longestBlockMs: number;
}

const inThisThread: PassageReader = {
  read: async (order) => {
    const { title, passages } = await readPassages(order);
    return { title, passages: [...passages] };
  },
};

async function measure(reader: PassageReader, atOnce: number, all: readonly SourceDocument[]): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-ingest-'));
  const store = openEmbeddedStore({ file: join(directory, 'knowledge.db') });
  try {
    await indexDocument(scope, { documentId: 'warm', fileName: 'warm.md', content: Buffer.from('Warm.') }, { store, reader, signal });
    const queue = [...all];
    const counts: number[] = [];
    let [longestBlockMs, last] = [0, performance.now()];
    const clock = setInterval(() => {
      longestBlockMs = Math.max(longestBlockMs, performance.now() - last);
      last = performance.now();
    }, 1);
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) counts.push((await indexDocument(scope, next, { store, reader, signal })).passages);
    }));
    const [seconds, { user, system }] = [(performance.now() - began) / 1_000, process.cpuUsage(cpu)];
    clearInterval(clock);
    longestBlockMs = Math.max(longestBlockMs, performance.now() - last);
    const passages = counts.reduce((sum, count) => sum + count, 0);
    return { passages, perSecond: Math.round(passages / seconds), perCpuSecond: Math.round(passages / ((user + system) / 1_000_000)), longestBlockMs: Math.round(longestBlockMs) };
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const threads = new ReadingThreads({ threads: Number(options.threads), timeMs: 60_000, memoryMb: 512, idleMs: 1_000 });
const tier = await measure(threads, AT_ONCE, documents);
await threads.close();
const plain = await measure(inThisThread, 1, documents.slice(0, Math.ceil(documents.length / 4)));
const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? '', node: process.version };
if (options.json) process.stdout.write(`${JSON.stringify({ machine, documents: documents.length, threads: Number(options.threads), wanted: WANTED_PER_SECOND, tier, plain })}\n`);
else {
  const line = (name: string, { passages, perSecond, perCpuSecond, longestBlockMs }: Measured): string => `${name.padEnd(34)} ${String(perSecond).padStart(6)} passages/s · ${String(perCpuSecond).padStart(5)} a second of processor · ${String(longestBlockMs).padStart(4)} ms longest block · ${passages} passages`;
  process.stdout.write(`${machine.cores} cores, ${machine.processor}, ${machine.node}; ${documents.length} documents, ${options.threads} reading thread(s)\n${line('as the tier does it', tier)}\n${line('plain: one by one, in one thread', plain)}\nwanted: ${WANTED_PER_SECOND} passages/s on 2 cores; ${tier.perSecond >= WANTED_PER_SECOND ? 'reached' : 'not reached'}\n`);
}
