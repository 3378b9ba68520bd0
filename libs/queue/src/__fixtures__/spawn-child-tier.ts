import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestConfig } from './test-mesh.js';

/** Sources are TypeScript with decorators, which Node cannot run by itself, so the child loads them through Vite. */
const RUN = `
import { runnerImport } from 'vite';
const conditions = ['@switchyard/source', 'module', 'node', 'development|production'];
const { module } = await runnerImport(process.argv[1], { configFile: false, resolve: { conditions }, ssr: { resolve: { conditions } } });
await module.runChildTier(process.env);
`;

export interface ChildTier {
  readonly process: ChildProcess;
  /** Resolves when the child has written the text to its standard output. */
  says(text: string): Promise<void>;
  /** Sends the signal and resolves with how the process ended. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export function spawnChildTier(config: TestConfig, workMs: number): ChildTier {
  const { CONCURRENCY, PORT, DURABLE_REPLICAS: _replicas, ...strings } = config;
  const env = { ...process.env, ...strings, LOG_LEVEL: 'warn', CONCURRENCY: String(CONCURRENCY), PORT: String(PORT), WORK_MS: String(workMs) };
  const file = fileURLToPath(new URL('child-tier.ts', import.meta.url));
  const child = spawn(process.execPath, ['--input-type=module', '-e', RUN, file], { env, cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const waiting = new Set<() => void>();
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return {
    process: child,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void ended.then(([code]) => reject(new Error(`the child ended with ${code} before it said "${text}": ${output}`)));
        look();
      }),
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await ended;
      return { code, signal: by };
    },
  };
}
