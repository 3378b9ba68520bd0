/**
 * Three hops (asker to dispatcher, dispatcher to worker, worker back to the asker), each tier a process, written four ways
 * on one Redis in one run. Rounds are interleaved, so that a busy neighbour meets all of them; figures are medians of the
 * rounds. Redis is a private one with an append-only file, as `npm start` has it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedis } from '../../../apps/cli/dist/up/start-redis.js';
import { percentile } from '../statistics.ts';
import type { Command, LoadResult } from './role.ts';

export const CONTENDERS = ['mesh', 'bare-bullmq', 'nest-bullmq', 'nest-redis'] as const;
export type Contender = (typeof CONTENDERS)[number];

export interface Figures {
  /** One call at a time. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** With `inFlight` calls under way. */
  readonly perSecond: number;
  readonly busyP99Ms: number;
  /** CPU time a call with `inFlight` under way, in microseconds: of Redis, and of all Node processes together. */
  readonly redisUs: number;
  readonly nodeUs: number;
}

/** Of the mesh to another contender, in the same round. */
export interface Ratios {
  readonly throughput: number;
  readonly p50: number;
  readonly cpu: number;
}

export interface HopResult {
  readonly rounds: number;
  readonly seconds: number;
  readonly inFlight: number;
  readonly contenders: readonly (Figures & { readonly contender: Contender })[];
  readonly meshTo: Readonly<Record<string, Ratios>>;
}

export interface HopOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly inFlight: number;
  readonly contenders?: readonly Contender[];
  readonly say: (line: string) => void;
}

const ROLES = ['worker', 'dispatcher', 'front'] as const;
/** 200 characters: a long message of a customer. */
const TEXT = "Where is my order? ".repeat(53).slice(0, 200);

const ANSWERED_WITHIN_S = 60;

/** The processes of one contender. */
export class Chain {
  readonly #contender: Contender;
  readonly #children: ChildProcess[];
  private constructor(contender: Contender, children: ChildProcess[]) {
    this.#contender = contender;
    this.#children = children;
  }

  static async start(contender: Contender, redisUrl: string, env: NodeJS.ProcessEnv): Promise<Chain> {
    const children: ChildProcess[] = [];
    for (const role of ROLES) {
      const child = fork(join(import.meta.dirname, `${contender}.ts`), [role, redisUrl], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      children.push(child);
      await ask(child, undefined);
    }
    return new Chain(contender, children);
  }

  async cpuUs(): Promise<number> {
    const answers = await Promise.all(this.#children.map((child) => ask<{ cpuUs: number }>(child, { kind: 'cpu' })));
    return answers.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
  }

  /** @throws Error where a call is never answered: a contender that promises nothing may lose one, and would be waited for without end */
  async load(inFlight: number, seconds: number): Promise<LoadResult> {
    const giveUp = new AbortController();
    const late = wait((seconds + ANSWERED_WITHIN_S) * 1_000, undefined, { signal: giveUp.signal }).then(() => {
      throw new Error(`${this.#contender} did not answer all calls within ${ANSWERED_WITHIN_S} s after the last`);
    });
    try {
      return await Promise.race([ask<LoadResult>(this.#children.at(-1), { kind: 'load', inFlight, seconds, text: TEXT }), late]);
    } finally {
      giveUp.abort();
      late.catch(() => undefined);
    }
  }

  stop(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

function ask<Answer>(child: ChildProcess | undefined, command: Command | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (!child) return reject(new Error('no such process'));
    const ended = (): void => reject(new Error('a process of the chain ended'));
    child.once('exit', ended);
    child.once('message', (message: Answer & { error?: string }) => {
      child.off('exit', ended);
      if (message.error === undefined) resolve(message);
      else reject(new Error(message.error));
    });
    if (command) child.send(command);
  });
}

async function redisCpuUs(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const read = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return (read('used_cpu_user') + read('used_cpu_sys')) * 1_000_000;
}

async function measure(chain: Chain, redis: Redis, { inFlight, seconds }: HopOptions): Promise<Figures> {
  // What is measured is compiled code: the largest contender has the most of it.
  await chain.load(inFlight, seconds / 2);
  const idle = await chain.load(1, seconds / 2);
  await chain.load(inFlight, 1);
  const [nodeBefore, redisBefore] = [await chain.cpuUs(), await redisCpuUs(redis)];
  const busy = await chain.load(inFlight, seconds);
  const [nodeAfter, redisAfter] = [await chain.cpuUs(), await redisCpuUs(redis)];
  return {
    p50Ms: idle.latency.p50Ms,
    p99Ms: idle.latency.p99Ms,
    perSecond: busy.calls / busy.seconds,
    busyP99Ms: busy.latency.p99Ms,
    redisUs: (redisAfter - redisBefore) / busy.calls,
    nodeUs: (nodeAfter - nodeBefore) / busy.calls,
  };
}

/** The median of each figure. */
function medians(rounds: readonly Figures[]): Figures {
  const median = (name: keyof Figures): number => Math.round(percentile(rounds.map((one) => one[name]), 0.5) * 100) / 100;
  return { p50Ms: median('p50Ms'), p99Ms: median('p99Ms'), perSecond: median('perSecond'), busyP99Ms: median('busyP99Ms'), redisUs: median('redisUs'), nodeUs: median('nodeUs') };
}

function ratiosOf(mesh: readonly Figures[], other: readonly Figures[]): Ratios {
  const median = (of: (mine: Figures, its: Figures) => number): number => Math.round(percentile(mesh.flatMap((mine, round) => (other[round] ? [of(mine, other[round])] : [])), 0.5) * 100) / 100;
  return {
    throughput: median((mine, its) => mine.perSecond / its.perSecond),
    p50: median((mine, its) => mine.p50Ms / its.p50Ms),
    cpu: median((mine, its) => (mine.nodeUs + mine.redisUs) / (its.nodeUs + its.redisUs)),
  };
}

/** Runs all contenders, `rounds` times each, in turn. */
export async function benchHops(options: HopOptions): Promise<HopResult> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-hops-'));
  const sealKeyFile = join(directory, 'seal.key');
  await writeFile(sealKeyFile, `bench:${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  const server = await startRedis(undefined, directory, process.env['PATH'] ?? '');
  const redis = new Redis(server.url);
  const all = new Map<Contender, Figures[]>();
  try {
    for (let round = 1; round <= options.rounds; round++) {
      for (const contender of options.contenders ?? CONTENDERS) {
        await redis.flushall();
        const chain = await Chain.start(contender, server.url, { ...process.env, SEAL_KEY_FILE: sealKeyFile });
        try {
          const figures = await measure(chain, redis, options);
          options.say(`round ${round} ${contender.padEnd(12)} p50 ${figures.p50Ms.toFixed(2)} ms  ${figures.perSecond.toFixed(0)}/s  Redis ${figures.redisUs.toFixed(0)} µs  Node ${figures.nodeUs.toFixed(0)} µs`);
          all.set(contender, [...(all.get(contender) ?? []), figures]);
        } finally {
          chain.stop();
        }
      }
    }
  } finally {
    redis.disconnect();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
  const mesh = all.get('mesh') ?? [];
  return {
    rounds: options.rounds,
    seconds: options.seconds,
    inFlight: options.inFlight,
    contenders: [...all].map(([contender, rounds]) => ({ contender, ...medians(rounds) })),
    meshTo: Object.fromEntries([...all].filter(([contender]) => contender !== 'mesh').map(([contender, rounds]) => [contender, ratiosOf(mesh, rounds)])),
  };
}

/** The figures as a table. */
export function tellHops({ contenders, meshTo, rounds, inFlight }: HopResult): string {
  const row = (cells: readonly string[]): string => `  ${(cells[0] ?? '').padEnd(14)}${cells.slice(1).map((cell) => cell.padStart(12)).join('')}`;
  return [
    `three hops, medians of ${rounds} rounds; busy: ${inFlight} calls under way`,
    row(['', 'p50 ms', 'p99 ms', 'per second', 'busy p99 ms', 'Redis µs', 'Node µs']),
    ...contenders.map((one) => row([one.contender, one.p50Ms.toFixed(2), one.p99Ms.toFixed(2), one.perSecond.toFixed(0), one.busyP99Ms.toFixed(1), one.redisUs.toFixed(0), one.nodeUs.toFixed(0)])),
    ...Object.entries(meshTo).map(([contender, one]) => `  mesh to ${contender}: throughput ${one.throughput}, p50 ${one.p50}, CPU a call ${one.cpu} (medians of the ratios of each round)`),
  ].join('\n');
}
