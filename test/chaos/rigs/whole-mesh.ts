import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis, type TestRedis } from '@switchyard/testing';
import { startMesh, type RunningMesh } from '../../../apps/cli/dist/up/start-mesh.js';
import { Door } from '../client/door.ts';
import { CLOUD_KEY_VARIABLE, copySite, KEYS } from './copy-site.ts';
import { endWithMe } from './end-with-me.ts';
import { startModelServer, type ModelServer } from './model-server.ts';
import { startShop, type Shop } from './shop.ts';

export interface WholeMeshOptions {
  /** Jobs in work at once, per queue and process. */
  readonly concurrency?: number;
  readonly retentionSeconds?: number;
  readonly instances?: Parameters<typeof startMesh>[0]['instances'];
  /** Armed in every tier: see `libs/queue/src/failpoint.ts`. */
  readonly failpoints?: string;
  readonly say: (line: string) => void;
}

/** What a process did by itself: for tests that let processes die at places that they do not choose. */
export interface Ending {
  readonly at: number;
  readonly name: string;
}

export interface WholeMesh {
  readonly mesh: RunningMesh;
  readonly door: Door;
  readonly redis: TestRedis;
  readonly shop: Shop;
  readonly models: ModelServer;
  /** Of all processes, in their order. */
  readonly endings: readonly Ending[];
  logs(): Promise<string>;
  close(): Promise<void>;
}

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/**
 * The whole mesh as `npm start` starts it, every tier a process that is restarted when it dies, with the sample site; its
 * Redis, its shop and its models are the test's own.
 */
export async function openWholeMesh({ concurrency = 8, retentionSeconds, instances = { gateway: 2, dispatcher: 2, worker: 2, retrieval: 2, expert: 2 }, failpoints, say }: WholeMeshOptions): Promise<WholeMesh> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-chaos-'));
  const endings: Ending[] = [];
  const opened: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 3 })];
  const close = async (): Promise<void> => {
    for (const one of opened.splice(0).toReversed()) await one();
  };
  try {
    const [redis, shop, models] = await Promise.all([startRedis({ appendfsync: 'everysec' }), startShop(), startModelServer()]);
    opened.push(() => redis.stop(), () => shop.stop(), () => models.stop());
    const siteDirectory = join(folder, 'site');
    const dataDirectory = join(folder, 'data');
    await copySite(join(REPOSITORY, 'deploy/sites/shop'), siteDirectory, { cloudUrl: `${models.url}/v1`, ...(retentionSeconds === undefined ? {} : { retentionSeconds }) });
    const began = performance.now();
    const mesh = await startMesh({
      repository: REPOSITORY,
      siteDirectory,
      dataDirectory,
      port: 0,
      instances,
      environment: {
        PATH: process.env['PATH'], HOME: process.env['HOME'], REDIS_URL: redis.url, SHOP_URL: shop.url, OLLAMA_URL: models.url, [CLOUD_KEY_VARIABLE]: 'none', CONCURRENCY: String(concurrency),
        ...(failpoints === undefined ? {} : { FAILPOINTS: failpoints }),
      },
      onEvent: ({ name, state }) => {
        if (state === 'ended') endings.push({ at: Date.now(), name });
      },
    });
    const guard = endWithMe(() => mesh.processes().map(({ pid }) => pid));
    opened.push(async () => {
      await mesh.stop();
      guard();
    });
    const processes = mesh.processes();
    say(`the mesh is up: ${processes.length} processes in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    // A gateway that is restarted comes back at its old address.
    const gateways = processes.filter(({ tier }) => tier === 'gateway').map(({ url }) => url);
    const door = new Door(() => gateways, KEYS);
    opened.push(async () => door.close());
    const logs = async (): Promise<string> => {
      const directory = join(dataDirectory, 'logs');
      const files = await readdir(directory);
      return (await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))).join('\n');
    };
    return { mesh, door, redis, shop, models, endings, logs, close };
  } catch (error) {
    await close();
    throw error;
  }
}
