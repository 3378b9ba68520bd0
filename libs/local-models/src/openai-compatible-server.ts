import { z } from 'zod';
import { MeshError } from '@switchyard/errors';
import { callServer, hostOf, readJson } from './call-server.js';

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Where a vLLM, SGLang or llama.cpp server listens. */
export interface OpenAiCompatibleOptions {
  /** Base URL, with or without `/v1`. */
  readonly url: string;
  readonly model: string;
}

export function openAiUrl(base: string, path: string): string {
  const plain = base.replace(/\/+$/, '');
  return `${new URL(plain).pathname === '/' ? `${plain}/v1` : plain}/${path}`;
}

/** @throws MeshError MODEL_MISSING where the server does not serve the model */
export async function requireServedModel({ url, model }: OpenAiCompatibleOptions, signal: AbortSignal): Promise<void> {
  const host = hostOf(url);
  const { data } = await readJson(await callServer({ url: openAiUrl(url, 'models'), host, signal }), Models, host, signal);
  if (!data.some((one) => one.id === model)) throw new MeshError('MODEL_MISSING', `${model} is not served at ${host}`);
}
