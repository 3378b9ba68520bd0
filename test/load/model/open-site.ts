import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { startMesh } from '../../../apps/cli/dist/up/start-mesh.js';
import { Door } from '../../chaos/client/door.ts';
import { copySite, KEYS, SHOPS } from '../../chaos/rigs/copy-site.ts';

export interface OpenSite {
  readonly door: Door;
  close(): Promise<void>;
}

/** How the worker gives the local model's answers; `models.worker.stream` of a site. */
export type StreamMode = 'flowing' | 'checked';

/** Its questions go to the knowledge base first, and with what that finds to the local model. */
export const [READER] = SHOPS;
/** The sample's documents have words of it, and no answer. */
export const OPEN_QUESTION = 'Would the courier sing about returns and refunds while the moon is full?';

/** The whole mesh as processes, with a copy of the sample site in which the questions of some tenants go to the local model, and nothing to a cloud. */
export async function openSite(repository: string, modelUrl: string, environment: NodeJS.ProcessEnv, stream: StreamMode): Promise<OpenSite> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const siteDirectory = join(folder, 'site');
    await copySite(join(repository, 'deploy/sites/shop'), siteDirectory, { cloudUrl: `${modelUrl}/v1` });
    await changeSite(siteDirectory, stream);
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

async function changeSite(folder: string, stream: StreamMode): Promise<void> {
  const file = join(folder, 'site.yaml');
  const site = parse(await readFile(file, 'utf8')) as { models: { worker: object } };
  site.models.worker = { ...site.models.worker, stream };
  await writeFile(file, stringify(site));
  await writeFile(join(folder, 'rules', '16-bench.yaml'), stringify({ rules: [{ name: 'bench_knowledge', when: { tenant: READER }, then: { to: 'retrieval', reason: 'the tenant asks the knowledge base only' } }] }));
}
