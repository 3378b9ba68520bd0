import { Redis, type RedisOptions } from 'ioredis';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';

/**
 * `impatient`: a command fails at once when Redis is away; for whoever holds a client.
 * `patient`: a command waits until Redis is back; for jobs in work, whose answer is worth the wait.
 * `blocking`: as `patient`, for reads that block for up to 5 s.
 */
export type Patience = 'impatient' | 'patient' | 'blocking';

const CONNECT_TIMEOUT_MS = 5_000;
/** ioredis and BullMQ back off to 5 and 20 s, which would add as much to every outage. */
const LONGEST_RECONNECT_MS = 500;
/** A Redis that takes a command and does not answer is as good as away. */
const COMMAND_TIMEOUT_MS = 5_000;

/** A blocking read answers within 5 s; a socket silent for three times that is dead, and is replaced. */
const SILENT_SOCKET_MS = 15_000;

const ways: Readonly<Record<Patience, RedisOptions>> = {
  impatient: { enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, commandTimeout: COMMAND_TIMEOUT_MS },
  patient: { enableOfflineQueue: true, maxRetriesPerRequest: null },
  blocking: { enableOfflineQueue: true, maxRetriesPerRequest: null, socketTimeout: SILENT_SOCKET_MS },
};

/** A connection that is not opened yet; it reconnects for ever, at most half a second apart. */
export function createRedis(url: string, patience: Patience, name: string, logger?: Logger): Redis {
  const redis = new Redis(url, {
    ...ways[patience],
    lazyConnect: true,
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times) => Math.min(50 * times, LONGEST_RECONNECT_MS),
  });
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

/** Opens the connections. @throws MeshError QUEUE_UNAVAILABLE naming host and port, when Redis is not reached. */
export async function openRedis(connections: readonly Redis[]): Promise<void> {
  const opened = await Promise.allSettled(connections.map((redis) => firstReady(redis)));
  const failed = opened.find((result) => result.status === 'rejected');
  if (!failed) return;
  for (const redis of connections) redis.disconnect();
  const { host, port } = connections[0]?.options ?? {};
  throw new MeshError('QUEUE_UNAVAILABLE', `Redis at ${host}:${port} cannot be reached`, { cause: failed.reason, field: 'REDIS_URL' });
}

async function firstReady(redis: Redis): Promise<void> {
  // `connect` alone goes on trying for as long as the retry strategy does; a start that cannot succeed must fail.
  const failed = Promise.withResolvers<never>();
  const timer = setTimeout(() => failed.reject(new Error('timed out')), CONNECT_TIMEOUT_MS);
  redis.once('error', failed.reject);
  try {
    await Promise.race([redis.connect(), failed.promise]);
  } finally {
    clearTimeout(timer);
    redis.off('error', failed.reject);
  }
}

/** What an ioredis failure means to a caller: a MeshError QUEUE_UNAVAILABLE, unless it is a MeshError already. */
export async function asQueueError<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (MeshError.is(error)) throw error;
    throw new MeshError('QUEUE_UNAVAILABLE', 'Redis does not take commands now', { cause: error, retryAfterMs: 1_000 });
  }
}
