/**
 * `yard bench model`: the worker with a model server that has 8 slots of 60 tokens a second each, the whole mesh as processes. Whether
 * the slots are busy while requests wait, and what the mesh adds to the time to the first words; beside it, the same answers asked of
 * the server itself.
 *
 * Arguments: --requests N (64) --answers N (40) --seed TEXT --part busy|first --json --save (writes `docs/benchmarks/model.json`)
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ASKERS } from '../chaos/rigs/copy-site.ts';
import { keepSlotsBusy, LOST, type BusyFigures } from './model/keep-slots-busy.ts';
import { OPEN_QUESTION, openSite, READER, type StreamMode } from './model/open-site.ts';
import { startSlotServer } from './model/slot-server.ts';
import type { SlotTime } from './model/slot-time.ts';
import { timeFirstToken, type FirstTokenFigures } from './model/time-first-token.ts';
import type { Summary } from './statistics.ts';

const repository = join(import.meta.dirname, '..', '..');
const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '64' },
    answers: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    part: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const SLOTS = 8;
const TOKENS_PER_SECOND = 60;
const TOKENS = 48;
/** Answers of each client before any is measured: what is measured is a mesh that has been at work for a while, whose code is compiled. */
const WARM_UP = 15;
const QUESTION = 'tell me something nice';
const WANTED = { idleShare: 0.03, startedForNobody: 0, addedToFirstTokenP95Ms: 15 };
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function tellBusy({ mesh, reference, outcomes, cancelled, expired, startedForNobody }: BusyFigures): string {
  const row = (name: string, { seconds, idleShare, refill }: SlotTime): string => `  ${name.padEnd(34)} ${percent(idleShare).padStart(8)} idle of ${seconds.toFixed(1)} s; a free slot's next call after ${refill.p50Ms} ms (p50), ${refill.p95Ms} (p95), ${refill.maxMs} (most)`;
  return [
    `${options.requests} requests for ${SLOTS} slots at ${TOKENS_PER_SECOND} tokens/s: ${Object.entries(outcomes).map(([name, count]) => `${count} ${name}`).join(', ')}`,
    row(`the mesh (wanted: ${percent(WANTED.idleShare)})`, mesh),
    row('asked directly, as many as slots', reference),
    `  ${cancelled} cancelled while they waited, ${expired} expired; calls that started after that: ${startedForNobody.length} (wanted: 0)`,
  ].join('\n');
}

function tellFirst(name: string, figures: FirstTokenFigures): string {
  const row = (name: string, one: Summary): string => `  ${name.padEnd(52)} ${[one.p50Ms, one.p95Ms, one.maxMs].map((value) => value.toFixed(1).padStart(9)).join('')}`;
  return [
    `${name}: ${figures.server.count} streamed answers, one at a time`,
    `  ${'ms'.padEnd(52)} ${['p50', 'p95', 'most'].map((name) => name.padStart(9)).join('')}`,
    row('first token of the server, asked directly', figures.server),
    row('first words through the mesh', figures.mesh),
    row('  of that, before the server has the question', figures.before),
    row("  more than the server's first token, of the JSON", figures.addedToFirstToken),
    row(`  more than its first token of the text${wantedOf(name)}`, figures.addedToFirstText),
    row("  more than the server's first whole sentence", figures.addedToFirstSentence),
    row("  more than the server's whole answer", figures.addedToWholeAnswer),
  ].join('\n');
}

/** Flowing text is what the figure is promised of. */
const wantedOf = (name: string): string => (name === 'flowing' ? ` (wanted: ${WANTED.addedToFirstTokenP95Ms})` : '');

const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? arch(), memoryGib: Math.round(totalmem() / 2 ** 30), node: process.version, loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10 };
const server = await startSlotServer(SLOTS, TOKENS_PER_SECOND);
const MODES: readonly StreamMode[] = ['flowing', 'checked'];
/** Of each mode, answers without passages and such as rest on some. */
const first: Record<string, FirstTokenFigures> = {};
let busy: BusyFigures | undefined;
try {
  for (const mode of options.part === 'busy' ? MODES.slice(0, 1) : MODES) {
    say(`starting a mesh: ${mode}`);
    const site = await openSite(repository, server.url, process.env, mode);
    try {
      const time = (name: string, tenant: string, question: string, answers: number, tell = say): Promise<FirstTokenFigures> => timeFirstToken({ door: site.door, tenant, question, server, answers, tokens: TOKENS, name, say: tell });
      await time(`${mode}-open`, ASKERS[0], QUESTION, 0, () => undefined);
      // Before the single answers: a gateway that has seen many of them refuses at once what would expire while it waits.
      if (mode === 'flowing' && options.part !== 'first') busy = await keepSlotsBusy({ door: site.door, tenants: ASKERS, server, slots: SLOTS, requests: Number(options.requests), seed: options.seed, say });
      if (options.part === 'busy') continue;
      say(`${SLOTS * WARM_UP} answers to warm up with, ${SLOTS} at a time`);
      await Promise.all(Array.from({ length: SLOTS }, (_, client) => time(`${mode}-warm-${client}`, client % 2 === 0 ? ASKERS[0] : READER, client % 2 === 0 ? QUESTION : OPEN_QUESTION, WARM_UP, () => undefined)));
      const answers = Number(options.answers);
      first[mode] = await time(mode, ASKERS[0], QUESTION, answers);
      first[`${mode}, from passages`] = await time(`${mode}-passages`, READER, OPEN_QUESTION, answers);
      if (!options.json) for (const [name, figures] of Object.entries(first).slice(-2)) console.log(tellFirst(name, figures));
    } finally {
      await site.close();
    }
  }
  if (busy && !options.json) console.log(tellBusy(busy));
  const result = { at: new Date().toISOString().slice(0, 10), machine, slots: SLOTS, tokensPerSecond: TOKENS_PER_SECOND, ...(busy ? { requests: Number(options.requests), seed: options.seed, busy } : {}), ...(options.part === 'busy' ? {} : { tokens: TOKENS, first }), wanted: WANTED };
  if (options.json) console.log(JSON.stringify(result));
  if (options.save) {
    const folder = join(repository, 'docs', 'benchmarks');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'model.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  }
  if (busy && (busy.startedForNobody.length > 0 || LOST in busy.outcomes)) process.exitCode = 1;
} finally {
  await server.stop();
}
