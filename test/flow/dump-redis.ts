import type { Redis } from 'ioredis';

/** What Redis holds of a key, whatever its type; null for one that is gone. `DUMP` would compress long strings. */
async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`the key ${key} is of a type that is not known here: ${type}`);
  }
}

/** Every key of a Redis with all that it holds, as one text. */
export async function dumpRedis(redis: Redis): Promise<{ text: string; keys: string[] }> {
  const keys: string[] = [];
  const parts: string[] = [];
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'COUNT', 500);
    cursor = next;
    for (const key of found) {
      keys.push(key);
      parts.push(`${key} ${JSON.stringify(await contentOf(redis, key))}`);
    }
  } while (cursor !== '0');
  return { text: parts.join('\n'), keys };
}
