import 'reflect-metadata';
import { parseEnvironment, TierEnv } from '@switchyard/config';
import { startTier, type RunningTier } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { startRedis, writeSealKeyFile, type TestRedis } from '@switchyard/testing';
import { GatewayEnv } from '../gateway.config.js';
import { startGateway, type RunningGateway } from '../start-gateway.js';
import { Script } from './script.js';
import { ScriptedModule } from './scripted-tiers.js';
import { testSite } from './test-site.js';

export interface TestMesh {
  readonly site: Site;
  readonly redis: TestRedis;
  readonly gateways: readonly RunningGateway[];
  /** Of every gateway; `url` is the first's. */
  readonly urls: readonly string[];
  readonly url: string;
  readonly keyFile: string;
  readonly script: Script;
  stop(): Promise<void>;
}

/** Gateways over a Redis of their own, and a scripted process that plays all other tiers. */
export async function startTestMesh(options: { gateways?: number; tiers?: boolean; env?: Record<string, string>; site?: Site } = {}): Promise<TestMesh> {
  const redis = await startRedis();
  const keys = await writeSealKeyFile();
  const site = options.site ?? testSite();
  const script = new Script();
  const env = { REDIS_URL: redis.url, SITE_DIR: 'in memory', SEAL_KEY_FILE: keys.path, PORT: '0', LOG_LEVEL: 'silent', ...options.env };
  const gateways: RunningGateway[] = [];
  for (let index = 0; index < (options.gateways ?? 1); index += 1) {
    gateways.push(await startGateway(parseEnvironment(GatewayEnv, { ...env, INSTANCE: `gateway-${index}` }), site));
  }
  let tiers: RunningTier | undefined;
  if (options.tiers !== false) {
    const config = parseEnvironment(TierEnv, { ...env, INSTANCE: 'tiers' });
    const module = ScriptedModule.register(script, config, site);
    tiers = await startTier({ tier: 'dispatcher', queues: ['dispatch', 'ingest', 'retrieval', 'audit'], module, config, siteVersion: site.version, drainMs: 500 });
  }
  const urls = gateways.map((gateway) => gateway.url);
  return {
    site,
    redis,
    gateways,
    urls,
    url: urls[0] ?? '',
    keyFile: keys.path,
    script,
    stop: async () => {
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await tiers?.close();
      await redis.stop();
      await keys.remove();
    },
  };
}
