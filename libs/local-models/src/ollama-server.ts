import { z } from 'zod';
import { MeshError } from '@switchyard/errors';
import { callServer, hostOf, readJson } from './call-server.js';
import { problemOfOllamaAdapter, Shown, withTag } from './adapter/ollama-adapter.js';
import { modelfileCommand } from './adapter/serve-commands.js';

/** The fields that are read of `/api/tags`. `remote_host` is there for a model that runs in a cloud. */
const Tags = z.object({ models: z.array(z.object({ name: z.string(), model: z.string().optional(), digest: z.string().default(''), remote_host: z.string().optional() })) });

/** Where an Ollama listens. */
export interface OllamaOptions {
  /** Base URL, `http://127.0.0.1:11434`. */
  readonly url: string;
  readonly model: string;
  /** LoRA adapter: an Ollama model of this name, created from a Modelfile with `FROM <model>` and `ADAPTER`. It is what is called. */
  readonly adapter?: string | null | undefined;
}

export function ollamaUrl(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/api/${path}`;
}

/** The name that Ollama is asked for. */
export const ollamaNameOf = ({ model, adapter }: Pick<OllamaOptions, 'model' | 'adapter'>): string => adapter ?? model;

/**
 * The installed model's digest.
 * @throws MeshError MODEL_MISSING with the command that installs it, also where what has the adapter's name is no adapter of the
 * model; MODEL_REJECTED where Ollama would pass the call on to a cloud, since what is called local must stay here
 */
export async function requireOllamaModel({ url, model, adapter }: OllamaOptions, signal: AbortSignal): Promise<string> {
  const host = hostOf(url);
  const { models } = await readJson(await callServer({ url: ollamaUrl(url, 'tags'), host, signal }), Tags, host, signal);
  const name = ollamaNameOf({ model, adapter });
  const wanted = withTag(name);
  const found = models.find((one) => one.name === wanted || one.model === wanted);
  if (!found && adapter) throw new MeshError('MODEL_MISSING', `the adapter ${adapter} of ${model} is not installed at ${host}; create it with: ${modelfileCommand(model, adapter)}`);
  if (!found) throw new MeshError('MODEL_MISSING', `${model} is not installed at ${host}; install it with: ollama pull ${model}`);
  if (found.remote_host) throw new MeshError('MODEL_REJECTED', `${name} at ${host} runs in a cloud: a local model is needed`);
  if (adapter) {
    const shown = await readJson(await callServer({ url: ollamaUrl(url, 'show'), host, body: { model: adapter }, signal }), Shown, host, signal);
    const problem = problemOfOllamaAdapter(shown, { model, adapter });
    if (problem !== undefined) throw new MeshError('MODEL_MISSING', `${problem} (${host}); create it with: ${modelfileCommand(model, adapter)}`);
  }
  return found.digest;
}
