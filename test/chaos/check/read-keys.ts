import type { Redis } from 'ioredis';

/** Keys of one sort: their names with ids, hashes and numbers left out. */
export interface KeySort {
  readonly sort: string;
  readonly type: string;
  readonly count: number;
  readonly withoutExpiry: number;
  readonly bytes: number;
  /** Of the longest: entries of a stream, members of a set, fields of a hash. */
  readonly length: number;
}

const sortOf = (name: string): string => name.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27,}/g, '<id>').replaceAll(/[A-Za-z0-9_-]{43}/g, '<hash>').replaceAll(/\{p\d\d\}/g, '{p}').replaceAll(/-\d+\b/g, '-n');

async function lengthOf(redis: Redis, name: string, type: string): Promise<number> {
  const read: Readonly<Record<string, () => Promise<number>>> = { stream: () => redis.xlen(name), hash: () => redis.hlen(name), list: () => redis.llen(name), set: () => redis.scard(name), zset: () => redis.zcard(name) };
  return (await read[type]?.()) ?? 1;
}

/** All keys of a Redis by sort. Looking at them makes Redis drop those that are past their time. */
export async function readKeys(redis: Redis): Promise<KeySort[]> {
  const sorts = new Map<string, { type: string; count: number; withoutExpiry: number; bytes: number; length: number }>();
  let cursor = '0';
  do {
    const [next, names] = await redis.scan(cursor, 'COUNT', 500);
    cursor = next;
    for (const name of names) {
      const [type, ttl, bytes] = await Promise.all([redis.type(name), redis.pttl(name), redis.memory('USAGE', name)]);
      // Gone since it was listed.
      if (ttl === -2 || bytes === null) continue;
      const sort = sorts.get(sortOf(name)) ?? { type, count: 0, withoutExpiry: 0, bytes: 0, length: 0 };
      sort.count += 1;
      sort.withoutExpiry += ttl === -1 ? 1 : 0;
      sort.bytes += bytes;
      sort.length = Math.max(sort.length, await lengthOf(redis, name, type));
      sorts.set(sortOf(name), sort);
    }
  } while (cursor !== '0');
  return [...sorts].map(([sort, rest]) => ({ sort, ...rest })).toSorted((one, other) => (one.sort < other.sort ? -1 : 1));
}

/** Keys that stay, and the most that one of them may hold: by queue, by tenant and lane, or up to a length. */
const BOUNDS: readonly (readonly [RegExp, number])[] = [
  [/^switchyard:audit$/, 220_000],
  [/^switchyard:audit:rejected$/, 11_000],
  [/:events$/, 1_100],
  [/:(?:meta|drained|marker|id|pc|stalled|limiter)$/, 16],
  [/:fair$/, 100],
  [/:usage$/, 100],
];

export const isBounded = ({ sort, length }: KeySort): boolean => BOUNDS.some(([name, most]) => name.test(sort) && length <= most);
