import { Cluster, Redis } from 'ioredis';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import { EndingCluster, EndingRedis, type LegacyOptions } from './ending-redis.js';
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

/** A start that has no Redis by then fails. */
const FIRST_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Where another sentinel or node can be asked instead, one whose machine is gone or stands still must not be waited for. */
const ONE_OF_SEVERAL_MS = 1_000;
/** ioredis and BullMQ back off to 5 and 20 s, which would add as much to every outage. */
const LONGEST_RECONNECT_MS = 500;
const ASK_LOADING_EVERY_MS = 100;
/** A Redis that takes a command and does not answer is as good as away. */
const COMMAND_TIMEOUT_MS = 5_000;
/**
 * A socket that owes an answer for this long is dead, and is replaced. Without it a frozen master keeps its clients after
 * its replica has been promoted, and what it then acknowledges is lost when it wakes up.
 */
const SILENT_SOCKET_MS = 3_000;
const SILENT_BLOCKING_SOCKET_MS = BLOCK_MS + SILENT_SOCKET_MS;
/**
 * A socket that owes nothing is never found dead: a subscription would wait for good at a master that is none any more.
 * So every connection asks now and then; one to a cluster asks which nodes there are, and so hears of those that are gone.
 */
const ASK_EVERY_MS = 2_000;
const ASK_CLUSTER_EVERY_MS = 5_000;

const ways: Readonly<Record<Patience, LegacyOptions>> = {
  impatient: { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, commandTimeout: COMMAND_TIMEOUT_MS, socketTimeout: SILENT_SOCKET_MS },
  patient: { maxRetriesPerRequest: null, socketTimeout: SILENT_SOCKET_MS },
  blocking: { maxRetriesPerRequest: null, socketTimeout: SILENT_BLOCKING_SOCKET_MS },
};

/** Errors of a server that is no master any more, or has lost its replicas: another one may be the master by now. */
const NOT_THE_MASTER = /^(?:READONLY|NOREPLICAS|MASTERDOWN|UNBLOCKED|ERR WAIT cannot be used with replica)\b/;

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
  // One that blocks is owed an answer all the time.
  if (patience !== 'blocking') askNowAndThen(redis);
  if (redis instanceof Redis && redis.options.sentinels) leaveUnready(redis);
  return redis;
}

function askNowAndThen(redis: RedisConnection): void {
  let timer: NodeJS.Timeout | undefined;
  const ask = redis instanceof Cluster ? (): void => redis.refreshSlotsCache((error) => error && beginAnew(redis)) : (): void => void redis.ping().catch(() => undefined);
  redis.on('ready', () => {
    clearInterval(timer);
    timer = setInterval(ask, redis instanceof Cluster ? ASK_CLUSTER_EVERY_MS : ASK_EVERY_MS).unref();
  });
  redis.on('close', () => clearInterval(timer));
}

/**
 * A machine that stands still takes connections and says nothing on them. Where another one may be the master by now, it
 * is not waited for as long as one that had answered.
 */
function leaveUnready(redis: Redis): void {
  let timer: NodeJS.Timeout | undefined;
  redis.on('connect', () => {
    clearTimeout(timer);
    timer = setTimeout(() => redis.status === 'connect' && redis.disconnect(true), ONE_OF_SEVERAL_MS).unref();
  });
  for (const event of ['ready', 'close', 'end']) redis.on(event, () => clearTimeout(timer));
}

/** None of its nodes answers. One that sends commands notices; one that only subscribes would know the same nodes for ever, wherever the cluster is by now. */
function beginAnew(redis: Cluster): void {
  if (redis.status === 'ready' && redis.nodes().every(({ status }) => status === 'wait')) redis.disconnect(true);
}

function connectionTo(target: RedisTarget, patience: Patience, name: string): RedisConnection {
  const { username, password, tls } = target;
  const isOneOfSeveral = target.kind !== 'single';
  const common: LegacyOptions = {
    ...ways[patience],
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    connectionName: name,
    connectTimeout: isOneOfSeveral ? ONE_OF_SEVERAL_MS : CONNECT_TIMEOUT_MS,
    // A Redis that reads its file says how long that will take, and would be asked again only then, up to ten seconds later.
    maxLoadingRetryTime: ASK_LOADING_EVERY_MS,
    // 2: reconnect, and send the command again; 1: reconnect, and let it fail.
    reconnectOnError: (error) => (NOT_THE_MASTER.test(error.message) ? (patience === 'impatient' ? 1 : 2) : false),
  };
  const enableOfflineQueue = patience !== 'impatient';
  if (target.kind === 'cluster') {
    // Where a node is away: the patient wait for the one that takes its place, the impatient try it for a moment.
    const retryDelayMs = patience === 'impatient' ? 50 : 200;
    return new EndingCluster([...target.nodes], {
      redisOptions: common,
      enableOfflineQueue,
      lazyConnect: true,
      clusterRetryStrategy: retryStrategy,
      retryDelayOnClusterDown: retryDelayMs,
      retryDelayOnFailover: retryDelayMs,
      maxRedirections: patience === 'impatient' ? 4 : 1_000_000,
      slotsRefreshTimeout: ONE_OF_SEVERAL_MS,
    });
  }
  const where: LegacyOptions =
    target.kind === 'single'
      ? target.address
      : {
          sentinels: [...target.sentinels],
          name: target.master,
          sentinelRetryStrategy: retryStrategy,
          sentinelCommandTimeout: ONE_OF_SEVERAL_MS,
          ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
          ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
        };
  return new EndingRedis({ ...common, ...where, db: target.db, enableOfflineQueue, lazyConnect: true, retryStrategy });
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
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let reason: unknown = new Error('timed out');
  // ioredis goes on trying for as long as the retry strategy does; a start that cannot succeed must fail. A first attempt
  // that fails says so of one server; a sentinel, a node or a master may be away while another one takes its place.
  const isAlone = redis instanceof Redis && !redis.options.sentinels;
  const note = (error: unknown): void => {
    reason = error;
    if (isAlone) reject(error);
  };
  const timer = setTimeout(() => reject(reason), FIRST_MS);
  redis.on('error', note);
  redis.once('ready', resolve);
  try {
    redis.connect().catch(note);
    await promise;
  } finally {
    clearTimeout(timer);
    redis.off('error', note);
    redis.off('ready', resolve);
  }
}

/** The servers behind a connection: itself, or the masters of a cluster. */
export const redisServers = (redis: RedisConnection): Redis[] => (redis instanceof Cluster ? redis.nodes('master') : [redis]);

/** Whether its commands wait where Redis is away. */
export const isPatient = (redis: RedisConnection): boolean => redis.options.enableOfflineQueue === true;

/** What an ioredis failure means to a caller: a MeshError QUEUE_UNAVAILABLE, unless it is a MeshError already. */
export async function asQueueError<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (MeshError.is(error)) throw error;
    throw new MeshError('QUEUE_UNAVAILABLE', 'Redis does not take commands now', { cause: error, retryAfterMs: 1_000 });
  }
}
