/**
 * `npm run soak`: a million requests through the transport, kept for seconds instead of days, so that what is kept for good
 * would show. Redis' memory before and after is compared once everything has expired, and every key that is left must have
 * an expiry, or be one of those that have a bound.
 *
 * Arguments: --requests N (1,000,000) --first N (requests before the level is taken, 50,000)
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startRedis } from '../../apps/cli/dist/up/start-redis.js';
import { Chain } from './hops/bench.ts';

const { values: options } = parseArgs({ options: { requests: { type: 'string', default: '1000000' }, first: { type: 'string', default: '50000' } } });
const IN_FLIGHT = 64;
const SLICE_SECONDS = 10;
const KEPT_SECONDS = 10;
const DEADLINE_MS = 5_000;
const AUDIT_STREAM = 'switchyard:audit';

/** Keys that stay, and what bounds them. */
const BOUNDED: readonly (readonly [pattern: RegExp, bound: string])[] = [
  [/^switchyard:\{[a-z]+\}:(?:meta|pc|drained)$/, 'one value a queue'],
  [/^switchyard:\{[a-z]+\}:fair$/, 'a field a tenant and lane'],
  [/^switchyard:\{[a-z]+\}:(?:events|marker|stalled-check)$/, 'a length that is fixed'],
  [/^switchyard:\{p\d\d\}:usage$/, 'a field a tenant'],
  [/^switchyard:audit$/, 'about 200,000 entries, and what the auditor has stored is taken off'],
];

/** Everything that has an expiry has gone, and what is too old has been taken off the streams of replies. */
async function untilExpired(redis: Redis): Promise<void> {
  let before = -1;
  for (let still = 0; still < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const lengths = await Promise.all((await redis.keys('switchyard:replies:*')).map((stream) => redis.xlen(stream)));
    const size = await redis.dbsize();
    still = size === before && lengths.every((length) => length === 0) ? still + 1 : 0;
    before = size;
  }
}

async function memoryOf(redis: Redis): Promise<number> {
  await redis.call('MEMORY', 'PURGE');
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0);
}

async function unbounded(redis: Redis): Promise<string[]> {
  const found: string[] = [];
  for await (const keys of redis.scanStream({ count: 1_000 }) as AsyncIterable<string[]>) {
    for (const key of keys) if ((await redis.pttl(key)) < 0 && !BOUNDED.some(([pattern]) => pattern.test(key))) found.push(key);
  }
  return found;
}

const directory = await mkdtemp(join(tmpdir(), 'switchyard-soak-'));
const sealKeyFile = join(directory, 'seal.key');
await writeFile(sealKeyFile, `soak:${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
const server = await startRedis(undefined, directory, process.env['PATH'] ?? '');
const redis = new Redis(server.url);
const environment = { ...process.env, SEAL_KEY_FILE: sealKeyFile, BENCH_RETENTION_HOURS: String(KEPT_SECONDS / 3_600), BENCH_DEADLINE_MS: String(DEADLINE_MS) };
const chain = await Chain.start('mesh', server.url, environment);
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
let most = 0;
const run = async (requests: number): Promise<number> => {
  let done = 0;
  while (done < requests) {
    done += (await chain.load(IN_FLIGHT, SLICE_SECONDS)).calls;
    most = Math.max(most, await memoryOf(redis));
    // As the auditor does with what it has stored.
    await redis.xtrim(AUDIT_STREAM, 'MAXLEN', 0);
    console.error(`${done} of ${requests} requests, ${mib(await memoryOf(redis))}, ${await redis.dbsize()} keys`);
  }
  return done;
};
try {
  await run(Number(options.first));
  await untilExpired(redis);
  const [level, levelKeys] = [await memoryOf(redis), await redis.dbsize()];
  const done = await run(Number(options.requests));
  await untilExpired(redis);
  const [after, afterKeys] = [await memoryOf(redis), await redis.dbsize()];
  const left = await unbounded(redis);
  console.log(`${done} requests: ${mib(level)} and ${levelKeys} keys before, ${mib(most)} at most, ${mib(after)} and ${afterKeys} keys after; the ratio is ${(after / level).toFixed(3)}`);
  console.log(left.length === 0 ? 'every key that is left has an expiry or a bound' : `without an expiry or a bound: ${left.join(', ')}`);
  if (left.length > 0 || after > level * 1.1) process.exitCode = 1;
} finally {
  chain.stop();
  redis.disconnect();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
