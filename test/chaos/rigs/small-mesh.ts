import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent } from '@switchyard/contracts';
import { ensureSealKey, planTier } from '../../../apps/cli/dist/up/plan-mesh.js';
import { Door } from '../client/door.ts';
import { copySite, KEYS } from './copy-site.ts';
import { Crew } from './crew.ts';
import { endWithMe } from './end-with-me.ts';
import { readAuditStream } from './read-audit-stream.ts';
import { startRunLog, type RunLog } from './run-log.ts';
import type { ScriptQueue } from './read-script.ts';
import { startShop, type Shop } from './shop.ts';

export interface SmallMeshOptions {
  readonly redisUrl: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** What the gateway has besides, by how often it has been started before. */
  readonly gatewayEnvironmentOf?: (name: string, start: number) => NodeJS.ProcessEnv;
  readonly gateways?: number;
  readonly retentionSeconds?: number;
  readonly say: (line: string) => void;
}

export interface SmallTier {
  readonly name: string;
  readonly role: 'dispatcher' | ScriptQueue;
  /** By how often it has been started before. */
  readonly environmentOf?: (start: number) => NodeJS.ProcessEnv;
}

export interface SmallMesh {
  readonly door: Door;
  readonly crew: Crew;
  readonly shop: Shop;
  readonly runs: RunLog;
  readonly redisUrl: string;
  readonly sealKeyFile: string;
  readonly gateways: readonly string[];
  start(...tiers: readonly SmallTier[]): Promise<void>;
  /** What the processes recorded, by request: there is no auditor to take it off the stream. */
  record(): Promise<ReadonlyMap<string, readonly AuditEvent[]>>;
  logs(): Promise<string>;
  close(): Promise<void>;
}

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
/** A small young generation, as the real tiers have. */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=2'];

/** The real gateway, and behind it tiers that do what the messages say: for faults that must hit at a certain moment. */
export async function openSmallMesh({ redisUrl, environment = {}, gatewayEnvironmentOf = () => ({}), gateways = 1, retentionSeconds, say }: SmallMeshOptions): Promise<SmallMesh> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-chaos-'));
  const crew = new Crew();
  const guard = endWithMe(() => crew.processes().map(({ pid }) => pid));
  const opened: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 3 }), async () => {
    await crew.close();
    guard();
  }];
  const close = async (): Promise<void> => {
    for (const one of opened.splice(0).toReversed()) await one();
  };
  try {
    const [runs, shop] = await Promise.all([startRunLog(), startShop()]);
    // After the processes, which wait for them.
    opened.splice(1, 0, () => runs.stop(), () => shop.stop());
    const siteDirectory = join(folder, 'site');
    const dataDirectory = join(folder, 'data');
    await copySite(join(REPOSITORY, 'deploy/sites/shop'), siteDirectory, { cloudUrl: 'http://127.0.0.1:9/v1', ...(retentionSeconds === undefined ? {} : { retentionSeconds }) });
    const shared = { PATH: process.env['PATH'], HOME: process.env['HOME'], SHOP_URL: shop.url, RUN_LOG_URL: runs.url, LOG_LEVEL: 'warn', CONCURRENCY: '4', ...environment };
    const sealKeyFile = ensureSealKey(dataDirectory);
    const start = async (...tiers: readonly SmallTier[]): Promise<void> => {
      await Promise.all(tiers.map(({ name, role, environmentOf }) => crew.start({
        name,
        command: [process.execPath, ...NODE_FLAGS, join(import.meta.dirname, 'small-tier-process.ts'), role],
        environment: { ...shared, REDIS_URL: redisUrl, SEAL_KEY_FILE: sealKeyFile, INSTANCE: name, PORT: '0' },
        logFile: join(dataDirectory, 'logs', `${name}.log`),
        health: '/health/ready',
      }, environmentOf)));
    };
    const began = performance.now();
    const plans = planTier('gateway', { repository: REPOSITORY, siteDirectory, dataDirectory, redisUrl, port: 0, instances: { gateway: gateways }, environment: shared, consoleKey: undefined });
    const urls = await Promise.all(plans.map((plan) => crew.start(plan, (start) => gatewayEnvironmentOf(plan.name, start))));
    say(`a small mesh is up: ${urls.length} gateway in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    const door = new Door(() => urls, KEYS);
    opened.push(async () => door.close());
    return {
      door, crew, shop, runs, redisUrl, sealKeyFile, gateways: urls, start, close,
      record: () => readAuditStream(redisUrl),
      logs: async () => {
        const directory = join(dataDirectory, 'logs');
        return (await Promise.all((await readdir(directory)).map((file) => readFile(join(directory, file), 'utf8')))).join('\n');
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
