import { z } from 'zod';
import { MeshError } from '@switchyard/errors';
import { callServer, hostOf, readJson } from './call-server.js';

/** The fields that are read of `/api/tags`. `remote_host` is there for a model that runs in a cloud. */
const Tags = z.object({ models: z.array(z.object({ name: z.string(), model: z.string().optional(), digest: z.string().default(''), remote_host: z.string().optional() })) });

/** Where an Ollama listens. */
export interface OllamaOptions {
  /** Base URL, `http://127.0.0.1:11434`. */
  readonly url: string;
  readonly model: string;
}

export function ollamaUrl(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/api/${path}`;
}

/**
 * The installed model's digest.
 * @throws MeshError MODEL_MISSING with the command that installs it; MODEL_REJECTED where Ollama would pass the
 * call on to a cloud, since what is called local must stay here
 */
export async function requireOllamaModel({ url, model }: OllamaOptions, signal: AbortSignal): Promise<string> {
  const host = hostOf(url);
  const { models } = await readJson(await callServer({ url: ollamaUrl(url, 'tags'), host, signal }), Tags, host, signal);
  const wanted = model.includes(':') ? model : `${model}:latest`;
  const found = models.find((one) => one.name === wanted || one.model === wanted);
  if (!found) throw new MeshError('MODEL_MISSING', `${model} is not installed at ${host}; install it with: ollama pull ${model}`);
  if (found.remote_host) throw new MeshError('MODEL_REJECTED', `${model} at ${host} runs in a cloud: a local model is needed`);
  return found.digest;
}
