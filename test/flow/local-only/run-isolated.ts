/**
 * The whole mesh with EGRESS=blocked and the sample site, in a network from which nothing gets out: started with an empty data
 * folder, and again with what the first start left. Prints one line of JSON, an `IsolatedReport`. Arguments: the data folder, a
 * file for the resolver's settings.
 */
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { GatewayClient } from '../../../apps/cli/dist/client/gateway-client.js';
import { evaluateSite } from '../../../apps/cli/dist/eval/site/run-conversations.js';
import { SAMPLE_KEY, startMesh, type MeshOptions } from '../../../apps/cli/dist/up/start-mesh.js';
import { setTrap, type Caught } from './trap.ts';

export interface IsolatedRun {
  readonly conversations: number;
  /** Names of those that did not come out as the site expects. */
  readonly failed: readonly string[];
  readonly floor: number;
  readonly receipts: number;
  /** Receipts that say that something left the site. */
  readonly leftSite: number;
  /** Keys of the expert's queue that were in Redis at the end. */
  readonly expertKeys: readonly string[];
  readonly caught: Caught;
}

export interface IsolatedReport {
  readonly cold: IsolatedRun;
  readonly warm: IsolatedRun;
  /** What a start with a cloud key came to. */
  readonly withKey: string;
}

class CountingClient extends GatewayClient {
  receipts = 0;
  leftSite = 0;

  override async ask(...asked: Parameters<GatewayClient['ask']>): ReturnType<GatewayClient['ask']> {
    const answer = await super.ask(...asked);
    if (answer.receipt) this.receipts++;
    if (answer.receipt?.leftSite) this.leftSite++;
    return answer;
  }
}

const [, , dataDirectory = '', resolverFile = ''] = process.argv;
const repository = join(import.meta.dirname, '../../..');
const optionsWith = (environment: NodeJS.ProcessEnv): MeshOptions => ({
  repository,
  siteDirectory: join(repository, 'deploy/sites/shop'),
  dataDirectory,
  port: 0,
  environment: { PATH: process.env['PATH'], HOME: process.env['HOME'], EGRESS: 'blocked', ...environment },
});

async function run(caught: () => Caught): Promise<IsolatedRun> {
  const mesh = await startMesh(optionsWith({}));
  try {
    const client = new CountingClient(mesh.url, SAMPLE_KEY);
    const results = await evaluateSite(client, mesh.site, mesh.environment, () => undefined);
    const redis = new Redis(mesh.redisUrl);
    const expertKeys = await redis.keys('*{expert}*');
    redis.disconnect();
    const { receipts, leftSite } = client;
    return { conversations: results.length, failed: results.filter(({ passed }) => !passed).map(({ name }) => name), floor: mesh.site.tests.floor, receipts, leftSite, expertKeys, caught: caught() };
  } finally {
    await mesh.stop();
  }
}

async function startWithKey(): Promise<string> {
  try {
    const mesh = await startMesh(optionsWith({ OPENAI_API_KEY: 'sk-not-a-key' }));
    await mesh.stop();
    return 'it started';
  } catch (error) {
    return error instanceof Error ? error.message : 'it did not start';
  }
}

const trap = await setTrap(resolverFile);
const report: IsolatedReport = { cold: await run(trap.caught), warm: await run(trap.caught), withKey: await startWithKey() };
trap.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
