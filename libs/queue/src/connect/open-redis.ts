import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import { describeTarget, parseRedisUrl, type RedisTarget } from './redis-url.js';

/** A connection to one server, or to a cluster of them. */
export type RedisConnection = Redis | Cluster;

/**
 * `impatient`: a command fails at once when Redis is away; for whoever holds a client.
 * `patient`: a command waits until Redis is back; for jobs in work, whose answer is worth the wait.
 * `blocking`: as `patient`, for reads that block for up to `BLOCK_MS`.
 */
export type Patience = 'impatient' | 'patient' | 'blocking';

/** The longest that a blocking read waits: an own connection is dead when it is silent for much longer. */
export const BLOCK_MS = 2_000;

const CONNECT_TIMEOUT_MS = 5_000;
/** ioredis and BullMQ back off to 5 and 20 s, which would add as much to every outage. */
const LONGEST_RECONNECT_MS = 500;
/** A Redis that takes a command and does not answer is as good as away. */
const COMMAND_TIMEOUT_MS = 5_000;
/**
 * A socket that owes an answer for this long is dead, and is replaced. Without it a frozen master keeps its clients after
 * its replica has been promoted, and what it then acknowledges is lost when it wakes up.
 */
const SILENT_SOCKET_MS = 3_000;
const SILENT_BLOCKING_SOCKET_MS = BLOCK_MS + SILENT_SOCKET_MS;

const ways: Readonly<Record<Patience, RedisOptions>> = {
  impatient: { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, commandTimeout: COMMAND_TIMEOUT_MS, socketTimeout: SILENT_SOCKET_MS },
  patient: { maxRetriesPerRequest: null, socketTimeout: SILENT_SOCKET_MS },
  blocking: { maxRetriesPerRequest: null, socketTimeout: SILENT_BLOCKING_SOCKET_MS },
};

/** Errors of a server that is no master any more, or has lost its replicas: another one may be the master by now. */
const NOT_THE_MASTER = /^(?:READONLY|NOREPLICAS|MASTERDOWN)\b/;

const retryStrategy = (times: number): number => Math.min(50 * times, LONGEST_RECONNECT_MS);

/**
 * A connection that is not opened yet; it reconnects for ever, at most half a second apart.
 * @throws MeshError CONFIG_INVALID where the URL is none that `parseRedisUrl` reads
 */
export function createRedis(url: string, patience: Patience, name: string, logger?: Logger): RedisConnection {
  const redis = connectionTo(parseRedisUrl(url), patience, name);
  // Without a listener, a lost connection would end the process. Repeats are logged once until it is back.
  let told = false;
  redis.on('error', (error: unknown) => {
    if (!told) logger?.warn({ err: error, connection: name }, 'the connection to Redis is lost');
    told = true;
  });
  redis.on('ready', () => {
    if (told) logger?.info({ connection: name }, 'the connection to Redis is back');
    told = false;
  });
  return redis;
}

function connectionTo(target: RedisTarget, patience: Patience, name: string): RedisConnection {
  const { username, password, tls } = target;
  const common: RedisOptions = {
    ...ways[patience],
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // 2: reconnect, and send the command again; 1: reconnect, and let it fail.
    reconnectOnError: (error) => (NOT_THE_MASTER.test(error.message) ? (patience === 'impatient' ? 1 : 2) : false),
  };
  const enableOfflineQueue = patience !== 'impatient';
  if (target.kind === 'cluster') {
    return new Cluster([...target.nodes], {
      redisOptions: common,
      enableOfflineQueue,
      lazyConnect: true,
      clusterRetryStrategy: retryStrategy,
      // Slots that nobody serves, while a node is away or its replica takes over, are waited for by the patient only.
      retryDelayOnClusterDown: 200,
      retryDelayOnFailover: 200,
      maxRedirections: patience === 'impatient' ? 4 : 1_000_000,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    });
  }
  const where: RedisOptions =
    target.kind === 'single'
      ? target.address
      : {
          sentinels: [...target.sentinels],
          name: target.master,
          sentinelRetryStrategy: retryStrategy,
          ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
          ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
        };
  return new Redis({ ...common, ...where, db: target.db, enableOfflineQueue, lazyConnect: true, retryStrategy });
}

/** Opens the connections. @throws MeshError QUEUE_UNAVAILABLE naming where it was looked for, when Redis is not reached. */
export async function openRedis(connections: readonly RedisConnection[], url: string, field = 'REDIS_URL'): Promise<void> {
  const opened = await Promise.allSettled(connections.map((redis) => firstReady(redis)));
  const failed = opened.find((result) => result.status === 'rejected');
  if (!failed) return;
  for (const redis of connections) redis.disconnect();
  throw new MeshError('QUEUE_UNAVAILABLE', `Redis at ${describeTarget(parseRedisUrl(url, field))} cannot be reached`, { cause: failed.reason, field });
}

async function firstReady(redis: RedisConnection): Promise<void> {
  // `connect` alone goes on trying for as long as the retry strategy does; a start that cannot succeed must fail.
  const failed = Promise.withResolvers<never>();
  const timer = setTimeout(() => failed.reject(new Error('timed out')), CONNECT_TIMEOUT_MS);
  // A sentinel or a node of a cluster may be away while the others serve; then only the time limit tells.
  const refuse = redis instanceof Redis && !redis.options.sentinels ? failed.reject : (): void => undefined;
  redis.once('error', refuse);
  try {
    await Promise.race([redis.connect(), failed.promise]);
  } finally {
    clearTimeout(timer);
    redis.off('error', refuse);
  }
}

/** The servers behind a connection: itself, or the masters of a cluster. */
export const redisServers = (redis: RedisConnection): Redis[] => (redis instanceof Cluster ? redis.nodes('master') : [redis]);

/** What an ioredis failure means to a caller: a MeshError QUEUE_UNAVAILABLE, unless it is a MeshError already. */
export async function asQueueError<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (MeshError.is(error)) throw error;
    throw new MeshError('QUEUE_UNAVAILABLE', 'Redis does not take commands now', { cause: error, retryAfterMs: 1_000 });
  }
}
