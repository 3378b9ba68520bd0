import type { ChatModel, Embedder } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { openOllamaEmbedder, openOpenAiCompatibleEmbedder } from './embedders.js';
import { isOnSite } from './is-on-site.js';
import { createOllamaChatModel } from './ollama-chat-model.js';
import { createOpenAiCompatibleChatModel } from './openai-compatible-chat-model.js';

/** Where Ollama listens unless it is told otherwise. */
export const DEFAULT_OLLAMA_URL = 'http://127.0.0.1:11434';

export interface FindOptions {
  /** Absent: `DEFAULT_OLLAMA_URL` is tried once. */
  readonly ollamaUrl?: string | undefined;
  /** Goes before Ollama where both are given. */
  readonly openAiCompatibleUrl?: string | undefined;
  readonly model: string;
  /** Refuse a server that is not on a private network: with egress blocked, "local" must be true. */
  readonly onSiteOnly?: boolean | undefined;
  /** Told why a server or model cannot be used now; `detail` says what to do. */
  readonly onProblem?: ((problem: MeshError) => void) | undefined;
  /** For a server that nobody configured; 1,500 where absent. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 1_500;

async function configuredUrl({ ollamaUrl, openAiCompatibleUrl, onSiteOnly }: FindOptions): Promise<string> {
  const url = openAiCompatibleUrl ?? ollamaUrl ?? DEFAULT_OLLAMA_URL;
  if (onSiteOnly && !(await isOnSite(url))) {
    const field = openAiCompatibleUrl === undefined ? 'OLLAMA_URL' : 'OPENAI_COMPATIBLE_URL';
    throw new MeshError('CONFIG_INVALID', `${field} does not lead to a private network, and egress is blocked`, { field });
  }
  return url;
}

/**
 * The local chat model. A server that was configured is taken even when it does not answer yet, since it may come
 * up later: ask `ready` before relying on it. One that was not is tried once; undefined when it does not answer or
 * lacks the model.
 * @throws MeshError CONFIG_INVALID where `onSiteOnly` is set and the server is elsewhere
 */
export async function findLocalModel(options: FindOptions): Promise<ChatModel | undefined> {
  const { model, openAiCompatibleUrl, ollamaUrl, onProblem, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const url = await configuredUrl(options);
  const found = openAiCompatibleUrl === undefined ? createOllamaChatModel({ url, model }) : createOpenAiCompatibleChatModel({ url, model });
  try {
    await found.ready(AbortSignal.timeout(timeoutMs));
    return found;
  } catch (error) {
    onProblem?.(problemOf(error, found.host));
    return openAiCompatibleUrl === undefined && ollamaUrl === undefined ? undefined : found;
  }
}

/** The local embedding model; undefined when the server does not answer within 10 s or lacks the model. */
export async function findLocalEmbedder(options: FindOptions): Promise<Embedder | undefined> {
  const { model, openAiCompatibleUrl, ollamaUrl, onProblem } = options;
  const url = await configuredUrl(options);
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
