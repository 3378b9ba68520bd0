import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The release that the adapter is written for. */
const IMAGE = 'qdrant/qdrant:v1.19.0';
const START_MS = 30_000;

const run = async (...parameters: readonly string[]): Promise<string> => (await promisify(execFile)('docker', parameters, { timeout: START_MS })).stdout.trim();

export interface RealQdrant {
  readonly url: string;
  readonly apiKey?: string;
  close(): Promise<void>;
}

/** A real Qdrant: the one of `QDRANT_URL`, or the image where Docker has it here; undefined where there is neither. Nothing is downloaded. */
export async function findRealQdrant(): Promise<RealQdrant | undefined> {
  const { QDRANT_URL: url, QDRANT_API_KEY: apiKey } = process.env;
  if (url) return { url, ...(apiKey ? { apiKey } : {}), close: () => Promise.resolve() };
  const hasImage = await run('image', 'inspect', IMAGE).then(() => true, () => false);
  if (!hasImage) return undefined;
  const container = await run('run', '--detach', '--rm', '--pull', 'never', '--publish', '127.0.0.1:0:6333', '--env', 'QDRANT__TELEMETRY_DISABLED=true', IMAGE);
  const close = async (): Promise<void> => void (await run('rm', '--force', container));
  try {
    const [address = ''] = (await run('port', container, '6333/tcp')).split('\n');
    const base = `http://${address}`;
    const until = performance.now() + START_MS;
    while (!(await fetch(`${base}/readyz`).then(({ ok }) => ok, () => false))) {
      if (performance.now() > until) throw new Error(`${IMAGE} is not ready after ${START_MS} ms`);
      await setTimeout(100);
    }
    return { url: base, close };
  } catch (error) {
    await close();
    throw error;
  }
}
