import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMesh } from '../../../apps/cli/dist/up/start-mesh.js';
import { Door } from '../../chaos/client/door.ts';
import { copySite, KEYS } from '../../chaos/rigs/copy-site.ts';

export interface OpenSite {
  readonly door: Door;
  close(): Promise<void>;
}

/** The whole mesh as processes, with a copy of the sample site in which the questions of some tenants go to the local model, and nothing to a cloud. */
export async function openSite(repository: string, modelUrl: string, environment: NodeJS.ProcessEnv): Promise<OpenSite> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const siteDirectory = join(folder, 'site');
    await copySite(join(repository, 'deploy/sites/shop'), siteDirectory, { cloudUrl: `${modelUrl}/v1` });
    const mesh = await startMesh({ repository, siteDirectory, dataDirectory: join(folder, 'data'), port: 0, environment: { ...environment, OLLAMA_URL: modelUrl, EGRESS: 'blocked' } });
    const door = new Door(() => [mesh.url], KEYS);
    const close = async (): Promise<void> => {
      door.close();
      await mesh.stop();
      await remove();
    };
    return { door, close };
  } catch (error) {
    await remove();
    throw error;
  }
}
