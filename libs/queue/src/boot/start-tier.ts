import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TierEnv } from '@switchyard/config';
import type { QueueName, Tier } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import { exportBacklog } from '../measure/export-backlog.js';
import { QueueStrategy } from '../transport/queue-strategy.js';
import { HealthController } from './health.controller.js';
import type { Mesh } from './mesh.js';
import { Liveness, silentQueues } from './liveness.js';
import { Readiness } from './readiness.js';
import { MESH } from './tokens.js';
import { watchWords, type LiveWords } from './watch-words.js';

export interface TierOptions {
  readonly tier: Tier;
  /** The queues that this app owns; every kind of them has exactly one handler in `module`. */
  readonly queues: readonly QueueName[];
  /** The app's module; it imports `MeshModule.register(config, site)`. */
  readonly module: Type<unknown> | DynamicModule;
  readonly config: Pick<TierEnv, 'HOST' | 'PORT' | 'INSTANCE' | 'LOG_LEVEL' | 'CONCURRENCY'>;
  /** Named in the line that tells of the start. */
  readonly siteVersion: string;
  /** Wait at most this long for jobs in work when closing. */
  readonly drainMs?: number;
  /** What the tier screens texts with, where it does: changed lists of the site's folder are taken while it is at work. */
  readonly words?: { readonly words: LiveWords; readonly siteDirectory: string; readonly everyMs?: number };
  /** Keywords of a message, noted for a person who takes over; none of them personal data. Absent: none are noted. */
  readonly keywordsOf?: (text: string) => readonly string[];
  /** A worker that has taken nothing for this long, though jobs wait and it has room, is as good as dead; 10 s. */
  readonly silentAfterMs?: number;
}

export interface RunningTier {
  readonly app: NestFastifyApplication;
  readonly strategy: QueueStrategy;
  /** Base URL of health and metrics. */
  readonly url: string;
  /** Stops taking jobs, waits for those in work, closes all; bounded. */
  close(): Promise<void>;
}

@Module({})
class TierRoot {}

/**
 * Starts a tier: its module, a worker on each of its queues, health and metrics over HTTP.
 * @throws MeshError QUEUE_UNAVAILABLE, HANDLER_MISSING, HANDLER_DUPLICATE or CONFIG_INVALID: nothing is left running then.
 */
export async function startTier(options: TierOptions): Promise<RunningTier> {
  const { tier, queues, config } = options;
  const logger = createLogger(tier, config.LOG_LEVEL);
  const readiness = new Readiness();
  const liveness = new Liveness();
  // Global: what an app needs to be ready is known where it is made.
  const root: DynamicModule = { module: TierRoot, global: true, imports: [options.module], controllers: [HealthController], providers: [{ provide: Readiness, useValue: readiness }, { provide: Liveness, useValue: liveness }], exports: [Readiness] };
  // Nest's own lines are not JSON, and its error lines quote messages that could hold customer text.
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), { logger: false, abortOnError: false });
  let strategy: QueueStrategy | undefined;
  let stopWatching: (() => Promise<void>) | undefined;
  const close = async (): Promise<void> => {
    readiness.running = false;
    await stopWatching?.();
    // Before Nest's own hooks: a job in work may need what they close.
    await strategy?.close();
    await app.close();
  };
  try {
    const mesh = app.get<Mesh>(MESH, { strict: false });
    readiness.add(async () => ({ redis: await mesh.redis.ping().then(() => 'up' as const, () => 'down' as const) }));
    const { drainMs } = options;
    const around = await mesh.surroundings(tier, options.keywordsOf);
    const redis = await mesh.patientRedis();
    strategy = new QueueStrategy({ queues, around, redis, blocking: (queue) => mesh.waiting(queue), subscriber: mesh.subscriber(), site: mesh.site, logger, concurrency: config.CONCURRENCY, ...(drainMs === undefined ? {} : { drainMs }) });
    app.connectMicroservice({ strategy });
    watchQueues(liveness, strategy, mesh, options.silentAfterMs);
    exportBacklog(mesh.backlog, queues);
    await app.init();
    await app.startAllMicroservices();
    await app.listen(config.PORT, config.HOST);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  readiness.running = true;
  if (options.words) stopWatching = watchWords(options.words, logger);
  return { app, strategy, url: await app.getUrl(), close };
}

function watchQueues(liveness: Liveness, strategy: QueueStrategy, mesh: Mesh, silentAfterMs: number | undefined): void {
  liveness.add(async () => {
    const activity = strategy.activity();
    const silent = new Set(silentQueues(activity, await mesh.backlog.read(), silentAfterMs));
    return Object.fromEntries(activity.map(({ queue }) => [`queue.${queue}`, silent.has(queue) ? 'silent' : 'up'] as const));
  });
}
