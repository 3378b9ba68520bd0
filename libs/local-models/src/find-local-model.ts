import type { ChatModel, Embedder } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { openOllamaEmbedder, openOpenAiCompatibleEmbedder } from './embedders.js';
import { isOnSite } from './is-on-site.js';
import { createOllamaChatModel } from './ollama-chat-model.js';
import { poolModels } from './model-pool.js';
import { createOpenAiCompatibleChatModel } from './openai-compatible-chat-model.js';

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

async function configuredUrls({ ollamaUrl, openAiCompatibleUrl, onSiteOnly }: FindOptions): Promise<[string, ...string[]]> {
  const [first = DEFAULT_OLLAMA_URL, ...others] = [openAiCompatibleUrl ?? ollamaUrl ?? []].flat();
  for (const url of onSiteOnly ? [first, ...others] : []) {
    if (await isOnSite(url)) continue;
    const field = openAiCompatibleUrl === undefined ? 'OLLAMA_URL' : 'OPENAI_COMPATIBLE_URL';
    throw new MeshError('CONFIG_INVALID', `${field} does not lead to a private network, and egress is blocked`, { field });
  }
  return [first, ...others];
}

export interface FindModelOptions extends FindOptions {
  /** Calls that each server works on at once; 8 where absent. */
  readonly slots?: number | undefined;
}

const DEFAULT_SLOTS = 8;

/**
 * The local chat model, of one server or of several as one. A server that was configured is taken even when it does not answer yet, since it may come
 * up later: ask `ready` before relying on it. One that was not is tried once; undefined when it does not answer or
 * lacks the model.
 * @throws MeshError CONFIG_INVALID where `onSiteOnly` is set and the server is elsewhere
 */
export async function findLocalModel(options: FindModelOptions): Promise<ChatModel | undefined> {
  const { model, openAiCompatibleUrl, ollamaUrl, onProblem, timeoutMs = DEFAULT_TIMEOUT_MS, slots = DEFAULT_SLOTS } = options;
  const urls = await configuredUrls(options);
  const found = poolModels(urls.map((url) => (openAiCompatibleUrl === undefined ? createOllamaChatModel({ url, model }) : createOpenAiCompatibleChatModel({ url, model }))), { slots });
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
