import { z } from 'zod';
import { MeshError } from '@switchyard/errors';
import { askedOfLlamaCpp, LlamaCppAdapters } from './adapter/llama-cpp-adapters.js';
import { isAdapterOf } from './adapter/is-adapter-of.js';
import { serveCommand } from './adapter/serve-commands.js';
import { callServer, hostOf, readJson } from './call-server.js';

/** The fields that are read of `/v1/models`. vLLM and SGLang list an adapter beside its base, `parent`; each names itself in `owned_by`. */
const Models = z.object({ data: z.array(z.object({ id: z.string(), parent: z.string().nullish(), root: z.string().nullish(), owned_by: z.string().nullish() })) });

/** Where a vLLM, SGLang or llama.cpp server listens. */
export interface OpenAiCompatibleOptions {
  /** Base URL, with or without `/v1`. */
  readonly url: string;
  readonly model: string;
  /** LoRA adapter of the model, by the name under which the server has it; null: none, also where the server applies one unless told otherwise. */
  readonly adapter?: string | null | undefined;
}

/** What a request says of the model: its name, and the server's own field for an adapter. */
export type AskedModel = Readonly<Record<string, unknown>> & { readonly model: string };

export function openAiUrl(base: string, path: string): string {
  const plain = base.replace(/\/+$/, '');
  return `${new URL(plain).pathname === '/' ? `${plain}/v1` : plain}/${path}`;
}

/**
 * What to ask the server for, so that the model answers with its adapter: vLLM takes the adapter's name as the model's, SGLang
 * has `lora_path`, llama.cpp a scale for each of its adapters.
 * @throws MeshError MODEL_MISSING where the server does not serve the model, lacks the adapter (with the command that serves it) or
 * tells that it belongs to another model
 */
export async function requireServedModel({ url, model, adapter }: OpenAiCompatibleOptions, signal: AbortSignal): Promise<AskedModel> {
  const host = hostOf(url);
  const { data } = await readJson(await callServer({ url: openAiUrl(url, 'models'), host, signal }), Models, host, signal);
  const runtime = data.find((one) => one.owned_by)?.owned_by ?? undefined;
  const base = data.find((one) => one.id === model);
  if (!base) throw new MeshError('MODEL_MISSING', `${model} is not served at ${host}`);
  if (adapter === undefined) return { model };
  if (runtime === 'llamacpp') {
    // Beside the protocol, not under it.
    const root = openAiUrl(url, 'models').replace(/(?:\/v1)?\/models$/, '');
    const adapters = await readJson(await callServer({ url: `${root}/lora-adapters`, host, signal }), LlamaCppAdapters, host, signal);
    const lora = askedOfLlamaCpp(adapters, adapter);
    if (lora === undefined) throw new MeshError('MODEL_MISSING', `the adapter ${adapter} of ${model} is not served at ${host}; serve it with: ${serveCommand(runtime, model, adapter ?? '')}`);
    return { model, ...(lora.length > 0 ? { lora } : {}) };
  }
  if (adapter === null) return { model };
  const found = data.find((one) => one.id === adapter);
  if (!found) throw new MeshError('MODEL_MISSING', `the adapter ${adapter} of ${model} is not served at ${host}; serve it with: ${serveCommand(runtime, model, adapter)}`);
  if (!isAdapterOf(found, base, data)) throw new MeshError('MODEL_MISSING', `${adapter} at ${host} ${found.parent ? `is an adapter of ${found.parent}, not of ${model}` : 'is a model and no adapter: name it as the model'}`);
  return runtime === 'sglang' ? { model, lora_path: adapter } : { model: adapter };
}
