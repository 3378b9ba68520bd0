import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, type LlamaEmbeddingContext } from 'node-llama-cpp';
import { EngineModel } from './engine-model.ts';
import { encodeTinyAdapter, encodeTinyModel } from './tiny-model.ts';

export interface TinyEngineOptions {
  /** Sequences that a model computes at once; 4 where absent. */
  readonly slots?: number;
  /** Calls that may wait for a slot; 512 where absent, as with Ollama. */
  readonly queue?: number;
  /** Tokens of prompt and answer together, of one sequence; 4,096 where absent. */
  readonly contextTokens?: number;
}

export interface ServedModel {
  readonly name: string;
  /** Of an adapter: the model that it is one of. */
  readonly base?: string;
  readonly file: string;
  readonly digest: string;
  readonly bytes: number;
  readonly chat: EngineModel;
}

/** llama.cpp in this process with the tiny model, as it is (`tiny`) and with its adapter (`tiny-adapted`). */
export interface TinyEngine {
  readonly models: readonly [tiny: ServedModel, adapted: ServedModel];
  /** A vector of a text by the tiny model, of any length. */
  embed(text: string): Promise<readonly number[]>;
  countTokens(text: string): number;
  dispose(): Promise<void>;
}

export const ADAPTER_FILE = 'adapter.gguf';

const digestOf = (...files: Buffer[]): string => files.reduce((hash, file) => hash.update(file), createHash('sha256')).digest('hex');

export async function openTinyEngine({ slots = 4, queue = 512, contextTokens = 4_096 }: TinyEngineOptions = {}): Promise<TinyEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-engine-'));
  const [modelFile, adapterFile] = [join(folder, 'tiny.gguf'), join(folder, ADAPTER_FILE)];
  const [model, adapter] = [encodeTinyModel(), encodeTinyAdapter()];
  await Promise.all([writeFile(modelFile, model), writeFile(adapterFile, adapter)]);
  // What was installed or nothing: no source is fetched and none compiled.
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 1, progressLogs: false });
  const loaded = await llama.loadModel({ modelPath: modelFile });
  const open = (file?: string): Promise<EngineModel> => EngineModel.open({ llama, model: loaded, slots, queue, contextTokens, adapter: file });
  const [plain, adapted] = [await open(), await open(adapterFile)];
  const embedding: LlamaEmbeddingContext = await loaded.createEmbeddingContext({ contextSize: contextTokens, threads: 1 });
  return {
    models: [
      { name: 'tiny:latest', file: modelFile, digest: digestOf(model), bytes: model.length, chat: plain },
      { name: 'tiny-adapted:latest', base: 'tiny:latest', file: adapterFile, digest: digestOf(model, adapter), bytes: model.length + adapter.length, chat: adapted },
    ],
    embed: async (text) => (await embedding.getEmbeddingFor(text)).vector,
    countTokens: (text) => loaded.tokenize(text).length,
    dispose: async () => {
      await llama.dispose();
      await rm(folder, { recursive: true });
    },
  };
}
