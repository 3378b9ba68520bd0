import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalService } from '@switchyard/site';
import type { ProcessPlan } from './start-process.js';

/** The tiers in the order in which they are shown; the gateway is the last to start and the first to stop. */
export const TIERS = ['dispatcher', 'worker', 'retrieval', 'expert', 'auditor', 'gateway'] as const;
export type TierName = (typeof TIERS)[number];

/**
 * A small young generation: the tiers live on little heap (about 40 MB each), and V8's default lets garbage grow to several
 * times that before it looks. Measured on the sample: 190 MB resident a tier without it, 140 MB with it.
 */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=2'];

/** What each tier does, for the picture of the start. */
export const TIER_TASKS: Record<TierName, string> = {
  gateway: 'HTTP in, replies out',
  dispatcher: 'screens, recognises the intent, routes',
  worker: 'runs flows, calls tools, local model',
  retrieval: 'searches the knowledge base, cites',
  expert: 'cloud model, where a rule asks for it',
  auditor: 'records every step, tells people',
};

export interface MeshSettings {
  readonly repository: string;
  readonly siteDirectory: string;
  readonly dataDirectory: string;
  readonly redisUrl: string;
  readonly port: number;
  readonly instances: Readonly<Partial<Record<TierName, number>>>;
  /** The environment of the caller, and what local services added to it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly consoleKey: string | undefined;
}

/** The file with the keys that seal customer text; made on the first start, readable by its owner only. */
export function ensureSealKey(dataDirectory: string): string {
  const file = join(dataDirectory, 'seal.key');
  if (!existsSync(file)) {
    mkdirSync(dataDirectory, { recursive: true });
    writeFileSync(file, `k1:${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(file, 0o600);
  }
  return file;
}

/** One plan a process: every instance of a tier. */
export function planTier(tier: TierName, settings: MeshSettings): ProcessPlan[] {
  const count = settings.instances[tier] ?? 1;
  return Array.from({ length: count }, (_, index) => {
    const name = `${tier}-${index + 1}`;
    // The first gateway takes the port that clients know; further ones a free one.
    const port = tier === 'gateway' && index === 0 ? settings.port : 0;
    return {
      name,
      command: [process.execPath, ...NODE_FLAGS, join(settings.repository, 'apps', tier, 'bundle', 'main.js')],
      environment: {
        // What V8 compiled at one start serves the next.
        NODE_COMPILE_CACHE: join(settings.dataDirectory, 'compile-cache'),
        ...settings.environment,
        REDIS_URL: settings.redisUrl,
        SITE_DIR: settings.siteDirectory,
        DATA_DIR: settings.dataDirectory,
        SEAL_KEY_FILE: settings.environment['SEAL_KEY_FILE'] ?? ensureSealKey(settings.dataDirectory),
        INSTANCE: name,
        PORT: String(port),
        ...(tier === 'gateway' && settings.consoleKey !== undefined ? { CONSOLE_KEY: settings.consoleKey } : {}),
      },
      logFile: join(settings.dataDirectory, 'logs', `${name}.log`),
      health: '/health/ready',
    };
  });
}

export function planLocalService(service: LocalService, settings: Pick<MeshSettings, 'repository' | 'dataDirectory' | 'environment'>): ProcessPlan {
  const [program = '', ...args] = service.command;
  const resolved = args.map((argument) => (existsSync(join(settings.repository, argument)) ? join(settings.repository, argument) : argument));
  return {
    name: service.name,
    command: [...(program === 'node' ? [process.execPath, ...NODE_FLAGS] : [program]), ...resolved],
    environment: { ...settings.environment, PORT: '0', HOST: '127.0.0.1', DATABASE_FILE: join(settings.dataDirectory, `${service.name}.sqlite`) },
    logFile: join(settings.dataDirectory, 'logs', `${service.name}.log`),
    health: service.health,
  };
}
