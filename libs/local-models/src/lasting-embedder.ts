import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Embedder } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { findLocalEmbedder, type FindOptions } from './find-local-model.js';

const Known = z.object({ fingerprint: z.string(), dimension: z.int().positive() });
type Known = z.infer<typeof Known>;

export interface LastingOptions extends FindOptions {
  /** Where it is remembered what model it was, for a start at which the server is away. */
  readonly directory: string;
  /** The server is asked again at most this often. */
  readonly againMs?: number;
}

const AGAIN_MS = 10_000;

/**
 * A local embedding model that may be away, also at the start: then it is what it was the last time, its calls fail at once,
 * and the server is asked again now and then. Undefined where it is away and has never been there.
 * A server that comes back with another model is not used; `onProblem` is told, with MODEL_MISMATCH.
 * @throws MeshError CONFIG_INVALID where `onSiteOnly` is set and the server is elsewhere
 */
export async function openLastingEmbedder(options: LastingOptions): Promise<Embedder | undefined> {
  const { directory, model, onProblem, againMs = AGAIN_MS } = options;
  const file = join(directory, `embedder-${createHash('sha256').update(model).digest('hex').slice(0, 16)}.json`);
  let found = await findLocalEmbedder(options);
  if (found) await remember(directory, file, found);
  const known: Known | undefined = found ?? (await recall(file));
  if (!known) return undefined;
  const { fingerprint, dimension } = known;
  let lookedAt = performance.now();
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const there = await findLocalEmbedder({ ...options, onProblem: () => undefined });
    lookedAt = performance.now();
    if (there && there.fingerprint !== fingerprint) onProblem?.(new MeshError('MODEL_MISMATCH', `${model} is ${there.fingerprint} now and was ${fingerprint}: it is used from the next start on`));
    else found = there;
  };
  return {
    fingerprint,
    dimension,
    async embed(texts, signal, role) {
      if (!found && performance.now() - lookedAt >= againMs) {
        looking ??= look().finally(() => {
          looking = undefined;
        });
        void looking.catch(() => undefined);
      }
      if (!found) throw new MeshError('MODEL_UNAVAILABLE', `the embedding model ${model} is away`);
      return found.embed(texts, signal, role);
    },
  };
}

async function recall(file: string): Promise<Known | undefined> {
  try {
    return Known.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function remember(directory: string, file: string, { fingerprint, dimension }: Known): Promise<void> {
  await mkdir(directory, { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, JSON.stringify({ fingerprint, dimension }));
  await rename(partial, file);
}
