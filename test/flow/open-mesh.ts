import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayClient } from '../../apps/cli/src/client/gateway-client.js';
import { SAMPLE_KEY, startMesh, type MeshOptions, type RunningMesh } from '../../apps/cli/src/up/start-mesh.js';

export const REPOSITORY = join(import.meta.dirname, '..', '..');

export interface OpenMesh {
  readonly mesh: RunningMesh;
  readonly client: GatewayClient;
  readonly key: string;
  /** All that the processes printed so far. */
  logs(): Promise<string>;
  close(): Promise<void>;
}

/**
 * The whole mesh as `npm start` starts it, with the sample site, on free ports and with data of its own.
 * @param variables further ones of its environment
 */
export async function openMesh(options: Partial<MeshOptions> = {}, variables: Readonly<Record<string, string>> = {}): Promise<OpenMesh> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'switchyard-flow-'));
  const mesh = await startMesh({
    repository: REPOSITORY,
    siteDirectory: join(REPOSITORY, 'deploy/sites/shop'),
    dataDirectory,
    port: 0,
    // What the machine that runs the tests has at hand must not change what they see.
    environment: { PATH: process.env['PATH'], HOME: process.env['HOME'], REDIS_URL: process.env['TEST_REDIS_URL'], OLLAMA_URL: 'http://127.0.0.1:9', ...variables },
    ...options,
  });
  return {
    mesh,
    client: new GatewayClient(mesh.url, SAMPLE_KEY),
    key: SAMPLE_KEY,
    async logs() {
      const directory = join(dataDirectory, 'logs');
      const texts = await Promise.all((await readdir(directory)).map((file) => readFile(join(directory, file), 'utf8')));
      return texts.join('\n');
    },
    async close() {
      await mesh.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
