/** The memory of a real dispatcher process: its start on a composed site, and then under messages through a real queue. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Mesh, newRequestId } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { ensureSealKey, planTier } from '../../../apps/cli/dist/up/plan-mesh.js';
import { startProcess, stopProcess } from '../../../apps/cli/dist/up/start-process.js';
import { startRedis } from '../../../apps/cli/dist/up/start-redis.js';
import { memoryOf } from '../memory.ts';

export interface MemoryFigures {
  readonly startSeconds: number;
  readonly idleMib: number;
  readonly afterMessages: number;
  readonly afterMib: number;
  /** A Node process that does nothing, for comparison. */
  readonly bareNodeMib: number;
}

const MESSAGES = 3_000;
const IN_FLIGHT = 32;
const DEADLINE_MS = 60_000;

/** Resolves with the outcome of the request once it has ended. */
async function outcomeOf(mesh: Mesh, requestId: string): Promise<string> {
  for (;;) {
    const request = await mesh.requests.get('demo', requestId);
    if (request?.outcome !== undefined) return request.outcome;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @throws Error where a message did not end in a reply. */
export async function measureMemory({ repository, files, site, messages, directory }: { repository: string; files: ReadonlyMap<string, Uint8Array>; site: Site; messages: readonly string[]; directory: string }): Promise<MemoryFigures> {
  const siteDirectory = join(directory, 'site');
  for (const [path, content] of files) {
    await mkdir(dirname(join(siteDirectory, path)), { recursive: true });
    await writeFile(join(siteDirectory, path), content);
  }
  const redis = await startRedis(process.env['REDIS_URL'], join(directory, 'redis'), process.env['PATH'] ?? '');
  const settings = { repository, siteDirectory, dataDirectory: directory, redisUrl: redis.url, port: 0, instances: {}, environment: process.env, consoleKey: undefined };
  try {
    const [plan] = planTier('dispatcher', settings);
    if (!plan) throw new Error('no dispatcher is planned');
    // Trained and compiled by a first start: what is measured is a process as it runs for days.
    const first = await startProcess(plan);
    await stopProcess(first, 10_000);
    const began = performance.now();
    const dispatcher = await startProcess(plan);
    const startSeconds = Math.round((performance.now() - began) / 100) / 10;
    const mesh = await Mesh.open({ REDIS_URL: redis.url, SEAL_KEY_FILE: ensureSealKey(directory), INSTANCE: 'bench', LOG_LEVEL: 'warn' }, site);
    try {
      const idleMib = memoryOf(dispatcher.pid).residentMib;
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < MESSAGES) {
          const at = next++;
          const conversationId = `bench-${at}`;
          const requestId = newRequestId('demo', conversationId);
          await mesh.client.submit({ requestId, tenant: 'demo', conversationId, lane: 'normal', deadlineMs: DEADLINE_MS, body: { source: 'requests' }, private: { text: messages[at % messages.length] ?? 'hello', turns: [] } });
          const outcome = await outcomeOf(mesh, requestId);
          if (outcome !== 'answered') throw new Error(`a message ended as ${outcome}`);
        }
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
      const afterMib = memoryOf(dispatcher.pid).residentMib;
      const bare = execFileSync(process.execPath, ['-p', 'process.memoryUsage.rss()']).toString();
      return { startSeconds, idleMib: Math.round(idleMib), afterMessages: MESSAGES, afterMib: Math.round(afterMib), bareNodeMib: Math.round(Number(bare) / 2 ** 20) };
    } finally {
      await mesh.onApplicationShutdown();
      await stopProcess(dispatcher, 10_000);
    }
  } finally {
    await redis.stop();
  }
}
