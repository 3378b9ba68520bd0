import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText, type FinishReason } from 'ai';
import type { ChatCompletion, ChatModel, ChatOptions, ChatRequest, ChatToolCall } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { asModelError, codeOfStatus } from './as-model-error.js';
import { buildCall, takesSchema, type ModelObject } from './build-call.js';
import { readToolCall, requireJson } from './check-answer.js';
import { baseUrlOf, type CloudModelSettings } from './providers.js';
import { readUsage } from './read-usage.js';
import { refuseModelNames } from './refuse-model-names.js';

// The SDK writes warnings to the console, in a form that is not ours; what it warns of changes no answer.
globalThis.AI_SDK_LOG_WARNINGS = false;
refuseModelNames();

/** Follows no redirect: the host that is recorded is the host that was asked. */
const fetchThere: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });

function openModel(settings: CloudModelSettings, apiKey: string, baseUrl: string): ModelObject {
  const { provider, model } = settings;
  if (provider === 'anthropic') return createAnthropic({ apiKey, baseURL: baseUrl, fetch: fetchThere })(model);
  return createOpenAICompatible({
    name: provider,
    apiKey,
    baseURL: baseUrl,
    fetch: fetchThere,
    includeUsage: true,
    supportsStructuredOutputs: takesSchema(settings),
    // OpenAI's newer models refuse the old name.
    ...(provider === 'openai' ? { transformRequestBody: ({ max_tokens, ...body }) => ({ ...body, max_completion_tokens: max_tokens as unknown }) } : {}),
  }).chatModel(model);
}

/** `raw` is the provider's own word; a stream that ends without one was cut off, whatever the SDK makes of it. */
function finishOf(reason: FinishReason, raw: string | undefined, host: string): ChatCompletion['finish'] {
  if (raw === undefined || reason === 'error') throw new MeshError('MODEL_UNAVAILABLE', `${host} ended its answer early`);
  return reason === 'length' ? 'length' : reason === 'content-filter' ? 'filtered' : 'stop';
}

/** What the model wants called, and why; thoughts before an answer are of no use to anybody. */
function wishOf(toolCalls: readonly ChatToolCall[], thoughts = ''): Pick<ChatCompletion, 'toolCalls' | 'thoughts'> {
  return toolCalls.length === 0 ? {} : { toolCalls, ...(thoughts === '' ? {} : { thoughts }) };
}

async function stream(call: ReturnType<typeof buildCall>, host: string, signal: AbortSignal, onDelta: (text: string) => void): Promise<ChatCompletion> {
  // Errors come as parts of the stream; without a listener the SDK prints them, prompt and all.
  const { stream: parts } = streamText({ ...call, onError: () => undefined });
  let text = '';
  let thoughts = '';
  const toolCalls: ChatToolCall[] = [];
  let ended: Pick<ChatCompletion, 'finish' | 'tokensIn' | 'tokensOut' | 'tokensCached' | 'rawUsage'> | undefined;
  for await (const part of parts) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') break;
    if (part.type === 'text-delta' && part.text !== '') {
      text += part.text;
      onDelta(part.text);
    }
    if (part.type === 'reasoning-delta') thoughts += part.text;
    if (part.type === 'tool-call') toolCalls.push(readToolCall(part, host));
    if (part.type === 'finish-step') ended = { finish: finishOf(part.finishReason, part.rawFinishReason, host), ...readUsage(part.usage) };
  }
  signal.throwIfAborted();
  if (!ended) throw new MeshError('MODEL_UNAVAILABLE', `${host} ended its answer early`);
  return { text, ...wishOf(toolCalls, thoughts), ...ended };
}

async function whole(call: ReturnType<typeof buildCall>, host: string): Promise<ChatCompletion> {
  const { text, toolCalls, reasoningText, finishReason, rawFinishReason, usage } = await generateText(call);
  return { text, ...wishOf(toolCalls.map((one) => readToolCall(one, host)), reasoningText), finish: finishOf(finishReason, rawFinishReason, host), ...readUsage(usage) };
}

/** Asks the provider for the model, or for its list where it has no page per model. */
async function requireModel({ provider, model }: CloudModelSettings, apiKey: string, baseUrl: string, host: string, signal: AbortSignal): Promise<void> {
  const [url, headers] =
    provider === 'anthropic'
      ? [`${baseUrl}/models/${encodeURIComponent(model)}`, { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }]
      : [`${baseUrl}/models`, { authorization: `Bearer ${apiKey}` }];
  const response = await fetchThere(url, { headers, signal });
  if (response.status === 404 && provider === 'anthropic') throw new MeshError('MODEL_MISSING', `${model} is not served at ${host}`);
  if (!response.ok) {
    await response.body?.cancel();
    throw new MeshError(codeOfStatus(response.status), `HTTP ${response.status} from ${host}`);
  }
  const body = (await response.json()) as { readonly data?: readonly { readonly id?: unknown }[] };
  if (provider !== 'anthropic' && !body.data?.some((one) => one.id === model)) throw new MeshError('MODEL_MISSING', `${model} is not served at ${host}`);
}

/**
 * A model in a cloud. Opens no connection until it is asked. Calls are made once, without retries; each is bounded by
 * `settings.maxOutputTokens`. Errors hold status and host only, never words of the prompt or the key.
 * @throws MeshError CONFIG_INVALID where no base URL is known. Calls throw MODEL_OVERLOADED (with `retryAfterMs` where
 * the provider names it), MODEL_REJECTED, MODEL_UNAVAILABLE, or MODEL_OUTPUT_INVALID for arguments of a tool that are no JSON
 * object and for an answer that was to be JSON and is none.
 */
export function createCloudModel(settings: CloudModelSettings, apiKey: string, options: { readonly baseUrl?: string | undefined } = {}): ChatModel {
  const baseUrl = baseUrlOf(settings, options.baseUrl);
  const { host } = new URL(baseUrl);
  const model = openModel(settings, apiKey, baseUrl);

  const complete = async (request: ChatRequest, { signal, onDelta }: ChatOptions): Promise<ChatCompletion> => {
    signal.throwIfAborted();
    const call = buildCall(model, settings, request, signal);
    try {
      const completion = onDelta ? await stream(call, host, signal, onDelta) : await whole(call, host);
      requireJson(request, completion, host);
      return completion;
    } catch (error) {
      throw asModelError(error, host, signal);
    }
  };

  const ready = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    try {
      await requireModel(settings, apiKey, baseUrl, host, signal);
    } catch (error) {
      throw asModelError(error, host, signal);
    }
  };

  return { model: settings.model, where: 'cloud', host, complete, ready };
}
