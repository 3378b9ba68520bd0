/**
 * `yard bench decision`: what a dispatcher does with one message of 60 characters, in one process on one core, on a site
 * with a long word list, many intents and 50 rules; how long hostile messages hold it up; its memory as a process.
 *
 * Arguments: --words FILE (one word a line) --intents FILE (JSONL {text, label}) --memory --json
 * --save (writes `docs/benchmarks/decision.json`)
 * Without the files, 65,000 words and 77 intents (150 with --memory) are made up.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventLoop, readSiteFolder } from '@switchyard/config';
import { createWordScreen, prepareInjectionClassifier } from '@switchyard/guardrail';
import { requireSite } from '@switchyard/site';
import { DispatchTier } from '../../apps/dispatcher/dist/dispatch-tier.js';
import { loadInjectionModel, loadIntentModel } from '../../apps/dispatcher/dist/classify/load-trained.js';
import { composeSite } from './decision/compose-site.ts';
import { timeHostile } from './decision/hostile-messages.ts';
import { measureMemory } from './decision/measure-memory.ts';
import { timeDecisions, type Timed } from './decision/time-decisions.ts';

const repository = join(import.meta.dirname, '..', '..');
const { values: options } = parseArgs({
  options: {
    words: { type: 'string' },
    intents: { type: 'string' },
    memory: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const LENGTH = 60;
const MESSAGES = 1_000;
const WANTED = { p50Ms: 0.4, p99Ms: 2, perSecond: 2_500, blockMs: 20, memoryMib: 250 };
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Sentences one after the other until there are 60 characters, half of them of the intents, half Chinese ones of the sample site. */
async function composeMessages(held: readonly string[]): Promise<string[]> {
  const sample = requireSite(await readSiteFolder(join(repository, 'deploy', 'sites', 'shop')));
  const chinese = sample.tests.conversations.flatMap(({ turns }) => turns.map(({ ask }) => ask)).filter((ask) => /\p{Script=Han}/u.test(ask));
  const joined = (texts: readonly string[], from: number): string => {
    let text = '';
    for (let at = from; text.length < LENGTH; at++) text += `${text === '' ? '' : ' '}${texts[at % texts.length] ?? '-'}`;
    return text.slice(0, LENGTH);
  };
  return Array.from({ length: MESSAGES }, (_, at) => joined(at % 2 === 0 ? held : chinese, at));
}

const composed = composeSite({ words: options.words, intents: options.intents, classes: options.memory ? 150 : 77 });
const site = requireSite(composed.files);
const messages = await composeMessages(composed.held);
const directory = await mkdtemp(join(tmpdir(), 'switchyard-decision-'));
const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? arch(), memoryGib: Math.round(totalmem() / 2 ** 30), node: process.version };
const about = { words: composed.words, classes: composed.classes, rules: site.rules.length, characters: LENGTH, wanted: WANTED };
try {
  let result: object;
  if (options.memory) {
    say(`a dispatcher process with ${composed.words} words and ${composed.classes} intents`);
    const memory = await measureMemory({ repository, files: composed.files, site, messages, directory });
    result = { memory };
    if (!options.json) console.log(`  ready after ${memory.startSeconds} s; resident ${memory.idleMib} MiB idle, ${memory.afterMib} MiB after ${memory.afterMessages} messages (wanted: ${WANTED.memoryMib} at most); a Node process that does nothing ${memory.bareNodeMib}`);
  } else {
    say(`${composed.words} words, ${composed.classes} intents: training`);
    const model = await loadIntentModel(site, directory);
    prepareInjectionClassifier(await loadInjectionModel(directory));
    const mesh = { budgetLeftUsd: 2, backlog: { worker: 3 }, oldestMs: { worker: 40 }, available: { localModel: true, expert: false }, egress: 'blocked' } as const;
    const tier = new DispatchTier(site, model, { read: () => Promise.resolve(mesh) }, createWordScreen(site.words, eventLoop));
    say(`${messages.length} messages of ${LENGTH} characters`);
    const figures = await timeDecisions(tier, site, messages);
    const hostile = timeHostile(tier);
    result = { ...figures, hostile };
    if (!options.json) {
      const row = (name: string, one: Timed): string => `  ${name.padEnd(44)} ${[one.p50Ms, one.p99Ms, one.maxMs].map((ms) => ms.toFixed(2).padStart(8)).join('')} ${String(one.perSecond).padStart(8)} ${String(one.perProcessorSecond).padStart(24)}`;
      console.log(`  ${'ms'.padEnd(44)}      p50     p99     max a second  in one of processor time`);
      console.log(row('a whole decision', figures.decision));
      console.log(row('exact words, one pattern, linear model', figures.reference));
      console.log(`  wanted: p50 ${WANTED.p50Ms} ms, p99 ${WANTED.p99Ms} ms, ${WANTED.perSecond} a second`);
      console.log(`  µs a message of each step alone: ${Object.entries(figures.stepsUs).map(([name, us]) => `${name} ${us}`).join(', ')}`);
      console.log(`  ms that the event loop stands still (wanted: ${WANTED.blockMs} at most), at the longest that is accepted and at 100,000 characters:`);
      for (const one of hostile) console.log(`  ${one.name.padEnd(44)} ${one.acceptedMs.toFixed(1).padStart(8)}${one.longMs.toFixed(1).padStart(8)}`);
    }
  }
  const whole = { at: new Date().toISOString().slice(0, 10), machine, about, ...result };
  if (options.json) console.log(JSON.stringify(whole));
  if (options.save) {
    const folder = join(repository, 'docs', 'benchmarks');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, options.memory ? 'decision-memory.json' : 'decision.json'), `${JSON.stringify(whole, undefined, 2)}\n`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
