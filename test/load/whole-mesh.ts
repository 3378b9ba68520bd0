/**
 * The whole mesh as processes, the questions of the site's own tests, an open loop, and beside it in the same run the bare
 * chain of `reference-chain.ts` on the same Redis. Read the ratios: machines differ.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SAMPLE_KEY, startMesh } from '../../apps/cli/dist/up/start-mesh.js';
import { memoryOf } from './memory.ts';
import { openLoop } from './open-loop.ts';
import { summarise, type Summary } from './statistics.ts';

export interface WholeMeshOptions {
  readonly repository: string;
  readonly site: string;
  /** Only messages that the site's tests expect this tier to answer. */
  readonly tier?: string | undefined;
  /** Messages a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

export interface WholeMeshFigures {
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly sent: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly all: Summary;
  readonly tiers: Readonly<Record<string, Summary>>;
  readonly reference: Summary;
  /** Median of the mesh by that of the reference. */
  readonly ratioP50: number;
  readonly startSeconds: number;
  readonly idleResidentMib: number;
  readonly idleProportionalMib: number;
  readonly idle: readonly { readonly name: string; readonly residentMib: number }[];
}

/** Messages before the clock counts: the first ones pay for compiled code and warm caches. */
const WARM_UP_SECONDS = 5;

async function startReference(redisUrl: string): Promise<{ url: string; stop(): void }> {
  const children: ChildProcess[] = [];
  let url = '';
  for (const role of ['second', 'first', 'front']) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'reference-chain.ts'), role, redisUrl], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
      child.once('exit', () => reject(new Error(`the reference chain's ${role} ended`)));
    });
  }
  return { url, stop: () => children.forEach((child) => child.kill('SIGKILL')) };
}

/** Starts a mesh, loads it, stops it. */
export async function benchWholeMesh({ repository, site, tier: wanted, rate, seconds, say }: WholeMeshOptions): Promise<WholeMeshFigures> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  say(`starting a mesh for ${site}`);
  const startedAt = performance.now();
  const mesh = await startMesh({ repository, siteDirectory: site, dataDirectory, port: 0, environment: process.env });
  const startSeconds = (performance.now() - startedAt) / 1_000;
  const reference = await startReference(mesh.redisUrl);
  try {
    const idle = mesh.processes().map(({ name, pid }) => ({ name, ...memoryOf(pid) }));
    const idleResidentMib = Math.round(idle.reduce((sum, one) => sum + one.residentMib, 0));
    const idleProportionalMib = Math.round(idle.reduce((sum, one) => sum + one.proportionalMib, 0));

    // First turns that need no model; each message opens a conversation of its own.
    const firstTurns = mesh.site.tests.conversations.filter((one) => !one.tags.includes('needs_model')).flatMap(({ turns }) => turns[0] ?? []);
    const asks = firstTurns.filter(({ expect }) => wanted === undefined || expect.tier === wanted).map(({ ask }) => ask);
    if (asks.length === 0) throw new Error(`no test of the site expects the tier ${wanted ?? ''} to answer its first message`);
    const headers = { authorization: `Bearer ${SAMPLE_KEY}`, 'content-type': 'application/json' };
    const byTier = new Map<string, number[]>();
    const all: number[] = [];
    const outcomes: Record<string, number> = {};
    const askMesh = (record: boolean) => async (index: number): Promise<void> => {
      const content = asks[index % asks.length] ?? '';
      const began = performance.now();
      const response = await fetch(`${mesh.url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ model: 'switchyard', messages: [{ role: 'user', content }] }) });
      const body = (await response.json()) as { switchyard?: { tier: string; outcome: string } };
      if (!record) return;
      const took = performance.now() - began;
      const outcome = body.switchyard?.outcome ?? `http ${response.status}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      all.push(took);
      const tier = body.switchyard?.tier ?? 'none';
      byTier.set(tier, [...(byTier.get(tier) ?? []), took]);
    };
    const referenceTimes: number[] = [];
    const askReference = (record: boolean) => async (index: number): Promise<void> => {
      const began = performance.now();
      await (await fetch(reference.url, { method: 'POST', body: asks[index % asks.length] ?? '' })).text();
      if (record) referenceTimes.push(performance.now() - began);
    };

    say(`warm-up, then ${rate} messages/s for ${seconds} s`);
    await openLoop(rate, WARM_UP_SECONDS, askMesh(false));
    await openLoop(rate, seconds, askMesh(true));
    say('the reference chain, same rate');
    await openLoop(rate, WARM_UP_SECONDS, askReference(false));
    await openLoop(rate, Math.min(seconds, 20), askReference(true));

    const bare = summarise(referenceTimes);
    const whole = summarise(all);
    const result: WholeMeshFigures = {
      ratePerSecond: rate,
      seconds,
      sent: Math.round(rate * seconds),
      outcomes,
      all: whole,
      tiers: Object.fromEntries([...byTier].map(([tier, times]) => [tier, summarise(times)])),
      reference: bare,
      ratioP50: Math.round((whole.p50Ms / bare.p50Ms) * 100) / 100,
      startSeconds: Math.round(startSeconds * 10) / 10,
      idleResidentMib,
      idleProportionalMib,
      idle: idle.map((one) => ({ name: one.name, residentMib: Math.round(one.residentMib) })),
    };
    return result;
  } finally {
    reference.stop();
    await mesh.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** The figures as a table. */
export function tellWholeMesh(result: WholeMeshFigures): string {
  const row = (name: string, one: Summary): string => `  ${name.padEnd(22)} ${String(one.count).padStart(6)} ${[one.p50Ms, one.p95Ms, one.p99Ms, one.maxMs].map((value) => value.toFixed(1).padStart(9)).join('')}`;
  return [
    `${result.sent} messages sent at ${result.ratePerSecond}/s, ${outcomesOf(result)} outcomes: ${Object.entries(result.outcomes).map(([name, count]) => `${name} ${count}`).join(', ')}`,
    `  ${'ms from HTTP in'.padEnd(22)} ${'count'.padStart(6)} ${['p50', 'p95', 'p99', 'max'].map((name) => name.padStart(9)).join('')}`,
    ...Object.entries(result.tiers).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([tier, one]) => row(tier, one)),
    row('all', result.all),
    row('bare chain (reference)', result.reference),
    `  p50 of the mesh is ${result.ratioP50} times that of the bare chain`,
    `  start ${result.startSeconds} s; idle memory ${result.idleResidentMib} MiB resident, ${result.idleProportionalMib} MiB proportional (${result.idle.map((one) => `${one.name} ${one.residentMib}`).join(', ')})`,
  ].join('\n');
}

/** Messages that ended in an outcome: all of them, or something was lost. */
export const outcomesOf = (result: WholeMeshFigures): number => Object.values(result.outcomes).reduce((sum, count) => sum + count, 0);
