/**
 * `yard bench mesh`: what a hop costs beside three other ways to write it, then the whole mesh beside a bare chain.
 *
 * Arguments: --rate N (messages/s, 20) --seconds N (60) --rounds N (5) --site DIR --part hops|whole --tier TIER --json
 * --save (writes `docs/benchmarks/mesh.json` and the chart `mesh.svg` beside it)
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawChart, type Panel } from './draw-chart.ts';
import { benchHops, tellHops, type Figures, type HopResult } from './hops/bench.ts';
import { benchWholeMesh, outcomesOf, tellWholeMesh } from './whole-mesh.ts';

const repository = join(import.meta.dirname, '..', '..');
const { values: options } = parseArgs({
  options: {
    rate: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '5' },
    site: { type: 'string', default: join(repository, 'deploy/sites/shop') },
    tier: { type: 'string' },
    part: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const seconds = Number(options.seconds);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** Seconds of a round of one contender, at most: four contenders take turns. */
const ROUND_SECONDS = 8;

const NAMES: Readonly<Record<string, string>> = { mesh: 'the mesh', 'bare-bullmq': 'bare BullMQ', 'nest-bullmq': '@nestjs/bullmq, nested', 'nest-redis': 'Nest Redis (not durable)' };

function chartOf({ contenders, inFlight }: HopResult): string {
  const panel = (title: string, unit: string, digits: number, value: (one: Figures) => number): Panel => ({ title, unit, digits, bars: contenders.map((one) => ({ name: NAMES[one.contender] ?? one.contender, value: value(one) })) });
  return drawChart([
    panel('Throughput', `calls a second, ${inFlight} under way; more is better`, 0, (one) => one.perSecond),
    panel('Latency', 'ms, median, one call at a time; less is better', 2, (one) => one.p50Ms),
    panel('CPU of Node', 'µs a call, three processes; less is better', 0, (one) => one.nodeUs),
    panel('CPU of Redis', 'µs a call; less is better', 0, (one) => one.redisUs),
  ]);
}

const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? arch(), memoryGib: Math.round(totalmem() / 2 ** 30), node: process.version, redis: execFileSync('redis-server', ['--version']).toString().split(' ')[2] ?? '' };
const hops = options.part === 'whole' ? undefined : await benchHops({ rounds: Number(options.rounds), seconds: Math.min(ROUND_SECONDS, seconds), inFlight: 64, say });
if (hops && !options.json) console.log(tellHops(hops));
const whole = options.part === 'hops' ? undefined : await benchWholeMesh({ repository, site: options.site, tier: options.tier, rate: Number(options.rate), seconds, say });
if (whole && !options.json) console.log(tellWholeMesh(whole));
const result = { at: new Date().toISOString().slice(0, 10), machine, ...(hops ? { hops } : {}), ...(whole ? { whole } : {}) };
if (options.json) console.log(JSON.stringify(result));
if (options.save) {
  const folder = join(repository, 'docs', 'benchmarks');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'mesh.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  if (hops) await writeFile(join(folder, 'mesh.svg'), chartOf(hops));
}
// A message without an outcome is lost, and then no figure counts.
if (whole && outcomesOf(whole) !== whole.sent) process.exitCode = 1;
