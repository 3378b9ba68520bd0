import type { ChatModel, Embedder } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { openOllamaEmbedder, openOpenAiCompatibleEmbedder } from './embedders.js';
import { isOnSite } from './is-on-site.js';
import { createOllamaChatModel } from './ollama-chat-model.js';
import { poolModels } from './model-pool.js';
import { createOpenAiCompatibleChatModel } from './openai-compatible-chat-model.js';
import { withCanary, type ModelWithCanary } from './with-canary.js';

/** Where Ollama listens unless it is told otherwise. */
export const DEFAULT_OLLAMA_URL = 'http://127.0.0.1:11434';

export interface FindOptions {
  /** One or several. Absent: `DEFAULT_OLLAMA_URL` is tried once. */
  readonly ollamaUrl?: string | readonly string[] | undefined;
  /** One or several. Goes before Ollama where both are given. */
  readonly openAiCompatibleUrl?: string | readonly string[] | undefined;
  readonly model: string;
  /** Refuse a server that is not on a private network: with egress blocked, "local" must be true. */
  readonly onSiteOnly?: boolean | undefined;
  /** Told why a server or model cannot be used now; `detail` says what to do. */
  readonly onProblem?: ((problem: MeshError) => void) | undefined;
  /** For a server that nobody configured; 1,500 where absent. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 1_500;

interface Urls extends Pick<FindOptions, 'ollamaUrl' | 'openAiCompatibleUrl' | 'onSiteOnly'> {
  /** What the variables' names begin with, for errors. */
  readonly prefix?: string | undefined;
}

async function configuredUrls({ ollamaUrl, openAiCompatibleUrl, onSiteOnly, prefix = '' }: Urls): Promise<[string, ...string[]]> {
  const [first = DEFAULT_OLLAMA_URL, ...others] = [openAiCompatibleUrl ?? ollamaUrl ?? []].flat();
  for (const url of onSiteOnly ? [first, ...others] : []) {
    if (await isOnSite(url)) continue;
    const field = `${prefix}${openAiCompatibleUrl === undefined ? 'OLLAMA_URL' : 'OPENAI_COMPATIBLE_URL'}`;
    throw new MeshError('CONFIG_INVALID', `${field} does not lead to a private network, and egress is blocked`, { field });
  }
  return [first, ...others];
}

export interface FindModelOptions extends FindOptions {
  /** LoRA adapter of the model, by the name under which the servers have it; null: none, also where a server applies one unless told otherwise. */
  readonly adapter?: string | null | undefined;
  /** Calls that each server works on at once, for both models together where they share it; 8 where absent. */
  readonly slots?: number | undefined;
  /** A second model, which calls of the variant `canary` are given. */
  readonly canary?: CanaryOptions | undefined;
}

export interface CanaryOptions extends Pick<FindOptions, 'ollamaUrl' | 'openAiCompatibleUrl'> {
  readonly model: string;
  readonly adapter?: string | null | undefined;
}

const DEFAULT_SLOTS = 8;

/** A local model, and its canary where one was asked for. */
export type LocalModel = ChatModel & Partial<Pick<ModelWithCanary, 'canary'>>;

/** A choice between two names the adapter of each, also where it is none: llama.cpp applies all that it has unless told otherwise. */
const chosen = <Options extends Pick<FindModelOptions, 'adapter'>>(options: Options): Options => ({ ...options, adapter: options.adapter ?? null });

const openModel = (url: string, isOllama: boolean, { model, adapter }: Pick<FindModelOptions, 'model' | 'adapter'>): ChatModel =>
  isOllama ? createOllamaChatModel({ url, model, adapter }) : createOpenAiCompatibleChatModel({ url, model, adapter });

/** Ready where one of the servers has it, so that the canary of a pool is asked for as the pool's model is. */
const readyOnAny = (models: readonly ChatModel[]) => async (signal: AbortSignal): Promise<void> => {
  const answers = await Promise.allSettled(models.map((one) => one.ready(signal)));
  if (answers.every(({ status }) => status === 'rejected')) throw answers.find((answer) => answer.status === 'rejected')?.reason;
};

/** The model at its servers. With a canary there each server's slots are for both; one that has servers of its own has their slots. */
async function openModels(options: FindModelOptions): Promise<LocalModel> {
  const { onSiteOnly, slots = DEFAULT_SLOTS } = options;
  const canary = options.canary && chosen(options.canary);
  const urls = await configuredUrls(options);
  const isOllama = options.openAiCompatibleUrl === undefined;
  const models = urls.map((url) => openModel(url, isOllama, canary ? chosen(options) : options));
  if (!canary) return poolModels(models, { slots });
  if (canary.ollamaUrl === undefined && canary.openAiCompatibleUrl === undefined) {
    const pairs = models.map((model, at) => withCanary(model, openModel(urls[at] ?? urls[0], isOllama, canary)));
    const [first] = pairs;
    return { ...poolModels(pairs, { slots }), ...(first ? { canary: { ...first.canary, ready: readyOnAny(pairs.map((one) => one.canary)) } } : {}) };
  }
  const own = await configuredUrls({ ...canary, onSiteOnly, prefix: 'CANARY_' });
  return withCanary(poolModels(models, { slots }), poolModels(own.map((url) => openModel(url, canary.openAiCompatibleUrl === undefined, canary)), { slots }));
}

/**
 * The local chat model, of one server or of several as one. A server that was configured is taken even when it does not answer yet, since it may come
 * up later: ask `ready` before relying on it. One that was not is tried once; undefined when it does not answer or
 * lacks the model.
 * @throws MeshError CONFIG_INVALID where `onSiteOnly` is set and the server is elsewhere
 */
export async function findLocalModel(options: FindModelOptions): Promise<LocalModel | undefined> {
  const { openAiCompatibleUrl, ollamaUrl, onProblem, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const found = await openModels(options);
  try {
    await found.ready(AbortSignal.timeout(timeoutMs));
    return found;
  } catch (error) {
    onProblem?.(problemOf(error, found.host));
    return openAiCompatibleUrl === undefined && ollamaUrl === undefined ? undefined : found;
  }
}

/** The local embedding model, of the first server where there are several; undefined when it does not answer within 10 s or lacks the model. */
export async function findLocalEmbedder(options: FindOptions): Promise<Embedder | undefined> {
  const { model, openAiCompatibleUrl, ollamaUrl, onProblem } = options;
  const [url] = await configuredUrls(options);
  // A configured server may have to load the weights first; one that is merely guessed gets the short try.
  const configured = openAiCompatibleUrl !== undefined || ollamaUrl !== undefined;
  const signal = AbortSignal.timeout(options.timeoutMs ?? (configured ? 10_000 : DEFAULT_TIMEOUT_MS));
  try {
    return await (openAiCompatibleUrl === undefined ? openOllamaEmbedder({ url, model }, signal) : openOpenAiCompatibleEmbedder({ url, model }, signal));
  } catch (error) {
    onProblem?.(problemOf(error, new URL(url).host));
    return undefined;
  }
}

function problemOf(error: unknown, host: string): MeshError {
  if (error instanceof DOMException && error.name === 'TimeoutError') return new MeshError('MODEL_UNAVAILABLE', `${host} did not answer in time`);
  return toMeshError(error);
}
