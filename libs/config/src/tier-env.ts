import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { z } from 'zod';

const app = basename(dirname(dirname(process.argv[1] ?? 'app/dist/main.js')));

/** Read in full where it is connected to; here only so much that a wrong variable is named at the start. */
const RedisUrl = z.string().regex(/^rediss?(?:\+sentinel|\+cluster)?:\/\/\S+$/, 'must begin with redis://, redis+sentinel:// or redis+cluster:// (rediss… with TLS)');

/** The variables that every tier takes; an app extends it with its own. */
export const TierEnv = z.object({
  REDIS_URL: RedisUrl.describe('Redis that holds the queues: redis://host:port, redis+sentinel://host:port,…/master or redis+cluster://host:port,… (rediss… with TLS).'),
  STREAMS_REDIS_URL: RedisUrl.optional().describe('Another Redis for reply streams and token streams, which need no disk; the same where unset.'),
  DURABILITY: z.enum(['standard', 'durable']).default('standard').describe('"durable": what is accepted survives a power cut. Needs appendfsync always, or DURABLE_REPLICAS.'),
  DURABLE_REPLICAS: z.coerce.number().int().min(0).max(5).default(0).describe('Replicas that must have what is written before it counts as written, where DURABILITY is durable.'),
  SITE_DIR: z.string().min(1).describe('Folder of the site.'),
  SEAL_KEY_FILE: z.string().min(1).describe('File with the keys that seal customer text: one "<id>:<64 hex digits>" a line, the first seals, all open.'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0).describe('Port of health and metrics; 0 takes a free one.'),
  INSTANCE: z.string().regex(/^[A-Za-z0-9._-]+$/).max(100).default(() => `${app}-${hostname()}-${process.pid}`).describe('Name of this instance, unique in the mesh.'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').describe('Least level that is logged.'),
  DATA_DIR: z.string().min(1).default('.switchyard').describe('Folder for what the app keeps on disk.'),
  CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(16).describe('Jobs in work at once.'),
  FAILPOINTS: z.string().optional().describe('For tests only: places at which the process kills itself, "name=probability,…@seed".'),
  EGRESS: z.enum(['allowed', 'blocked']).optional().describe('"blocked": nothing may leave, whatever the site says.'),
});
export type TierEnv = z.infer<typeof TierEnv>;
