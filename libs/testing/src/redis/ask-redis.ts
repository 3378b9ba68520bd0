import { Redis } from 'ioredis';

/** A server that does not answer for so long is frozen. */
const SILENT_MS = 2_000;

/**
 * Talks to one server over a connection of its own and closes it again, without ever trying twice.
 * @returns what `talk` resolves with
 * @throws when the server is away, is silent for two seconds, or refuses the command
 */
export async function askRedis<Answer>(port: number, talk: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, enableReadyCheck: false, disableClientInfo: true, connectTimeout: SILENT_MS, commandTimeout: SILENT_MS });
  let reason: unknown;
  redis.on('error', (error: unknown) => void (reason ??= error));
  try {
    await redis.connect();
    return await talk(redis);
  } catch (error) {
    // What the connection broke of says more than that it is closed.
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

/** The fields of INFO, CLUSTER INFO and the like: lines of `name:value`. */
export function readFields(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
