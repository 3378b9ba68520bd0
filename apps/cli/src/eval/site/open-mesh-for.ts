import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayClient } from '../../client/gateway-client.js';
import { repositoryRoot } from '../../repository.js';
import { SAMPLE_KEY, startMesh } from '../../up/start-mesh.js';

/** A mesh for one measurement. */
export interface MeshFor {
  readonly client: GatewayClient;
  /** What its local services added to the caller's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  stop(): Promise<void>;
}

/**
 * Starts a mesh for a site, with data of its own that go with it.
 * @param variables beside those of this process
 * @throws as `startMesh` does, with nothing left behind
 */
export async function openMeshFor(siteDirectory: string, { key = SAMPLE_KEY, variables = {} }: { readonly key?: string | undefined; readonly variables?: Readonly<Record<string, string>> } = {}): Promise<MeshFor> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'switchyard-eval-'));
  const forget = (): Promise<void> => rm(dataDirectory, { recursive: true, force: true });
  try {
    const mesh = await startMesh({ repository: repositoryRoot(), siteDirectory, dataDirectory, port: 0, environment: { ...process.env, ...variables } });
    return {
      client: new GatewayClient(mesh.url, key),
      environment: { ...process.env, ...mesh.environment },
      stop: async () => {
        await mesh.stop();
        await forget();
      },
    };
  } catch (error) {
    await forget();
    throw error;
  }
}
