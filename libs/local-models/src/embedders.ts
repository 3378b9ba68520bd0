import { z } from 'zod';
import type { Embedder } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { promptsKey, promptsOf } from './embedding-prompts.js';
import { callServer, hostOf, readJson } from './call-server.js';
import { ollamaUrl, requireOllamaModel, type OllamaOptions } from './ollama-server.js';
import { openAiUrl, requireServedModel, type OpenAiCompatibleOptions } from './openai-compatible-server.js';

type EmbedCall = (texts: readonly string[], signal: AbortSignal) => Promise<number[][]>;

const OllamaVectors = z.object({ embeddings: z.array(z.array(z.number())) });
const OpenAiVectors = z.object({ data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()) })) });

/** Texts per HTTP call: enough to fill a batch, few enough that a call stays short. */
const BATCH = 64;

function toUnitVector(values: readonly number[], host: string): Float32Array {
  const vector = Float32Array.from(values);
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} sent a vector without a direction`);
  return vector.map((value) => value / length);
}

/** Vectors of unit length, so that a dot product is the cosine whatever the server does. */
async function embedWith(call: EmbedCall, host: string, texts: readonly string[], signal: AbortSignal, dimension?: number): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH);
    const rows = await call(batch, signal);
    if (rows.length !== batch.length) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} sent another number of vectors than texts`);
    for (const row of rows) vectors.push(toUnitVector(row, host));
  }
  if (dimension !== undefined && vectors.some((vector) => vector.length !== dimension)) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} changed the length of its vectors`);
  return vectors;
}

/** Embeds one word to learn the length of the vectors, which no server tells otherwise. */
async function openEmbedder(call: EmbedCall, host: string, { model, name }: { readonly model: string; readonly name: string }, signal: AbortSignal): Promise<Embedder> {
  const prompts = promptsOf(model);
  const [probe] = await embedWith(call, host, ['probe'], signal);
  const dimension = probe?.length ?? 0;
  return {
    fingerprint: `${name}:${dimension}:unit${promptsKey(prompts)}`,
    dimension,
    embed: (texts, stop, role = 'sentence') => embedWith(call, host, texts.map((text) => prompts[role] + text), stop, dimension),
  };
}

/** An embedding model of an Ollama. Throws as `ChatModel.ready` does. */
export async function openOllamaEmbedder(options: OllamaOptions, signal: AbortSignal): Promise<Embedder> {
  const { url, model } = options;
  const host = hostOf(url);
  const digest = await requireOllamaModel(options, signal);
  const call: EmbedCall = async (input, stop) => {
    const response = await callServer({ url: ollamaUrl(url, 'embed'), host, body: { model, input, keep_alive: -1 }, signal: stop });
    return (await readJson(response, OllamaVectors, host, stop)).embeddings;
  };
  // The digest is part of the fingerprint: a pull can change the weights under the same name.
  return openEmbedder(call, host, { model, name: `${model}@${digest.slice(0, 12)}` }, signal);
}

/** An embedding model of an OpenAI-compatible server. */
export async function openOpenAiCompatibleEmbedder(options: OpenAiCompatibleOptions, signal: AbortSignal): Promise<Embedder> {
  const { url, model } = options;
  const host = hostOf(url);
  await requireServedModel(options, signal);
  const call: EmbedCall = async (input, stop) => {
    const response = await callServer({ url: openAiUrl(url, 'embeddings'), host, body: { model, input, encoding_format: 'float' }, signal: stop });
    const { data } = await readJson(response, OpenAiVectors, host, stop);
    return data.toSorted((a, b) => a.index - b.index).map((row) => row.embedding);
  };
  return openEmbedder(call, host, { model, name: model }, signal);
}
