import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import type { ChatCompletion, ChatMessage, ChatModel, ChatOptions, ChatRequest, ChatToolCall } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { asServerError, callServer, endAnswer, hostOf, LONGEST_LINE, readText } from './call-server.js';
import { openAiUrl, requireServedModel, type AskedModel, type OpenAiCompatibleOptions } from './openai-compatible-server.js';
import { functionsOf, requireAllowed, ToolCallPieces } from './tool-calls.js';

const Usage = z.looseObject({
  prompt_tokens: z.int().default(0),
  completion_tokens: z.int().default(0),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.int().nullish() }).nullish(),
});
type Usage = z.infer<typeof Usage>;

const Delta = z.object({
  content: z.string().nullish(),
  tool_calls: z.array(z.object({ index: z.int().min(0).max(127).nullish(), id: z.string().nullish(), function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish() })).nullish(),
});

/** The fields that are read of a `chat.completion.chunk`; the last one carries the usage and no choice. */
const Chunk = z.object({
  choices: z.array(z.object({ delta: Delta.optional(), finish_reason: z.string().nullish() })).default([]),
  usage: Usage.nullish(),
  error: z.unknown().optional(),
});
type Chunk = z.infer<typeof Chunk>;

function messageOf(message: ChatMessage): Record<string, unknown> {
  const { role, content } = message;
  if (message.role === 'tool') return { role, tool_call_id: message.toolCallId, content };
  if (message.role !== 'assistant' || message.toolCalls === undefined) return { role, content };
  return { role, content: content === '' ? null : content, tool_calls: message.toolCalls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(given) } })) };
}

function requestBody(asked: AskedModel, { messages, schema, tools = [], toolChoice, maxTokens, temperature }: ChatRequest): Record<string, unknown> {
  return {
    ...asked,
    messages: messages.map(messageOf),
    ...(tools.length === 0 ? {} : { tools: functionsOf(tools), ...(toolChoice === undefined ? {} : { tool_choice: toolChoice }) }),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: maxTokens,
    temperature: temperature ?? 0,
    ...(schema === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } }),
  };
}

async function* readChunks(response: Response): AsyncGenerator<Chunk | 'done'> {
  const ready: string[] = [];
  const parser = createParser({
    maxBufferSize: LONGEST_LINE,
    onEvent: (event) => void ready.push(event.data),
    // Fields that it does not know are no fault; a line that does not end is.
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw error;
    },
  });
  for await (const piece of readText(response)) {
    parser.feed(piece);
    for (const data of ready.splice(0)) yield data === '[DONE]' ? 'done' : Chunk.parse(JSON.parse(data));
  }
}

function completionOf(text: string, toolCalls: readonly ChatToolCall[], finish: string, usage: Usage): ChatCompletion {
  return {
    text,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    finish: finish === 'length' ? 'length' : finish === 'content_filter' ? 'filtered' : 'stop',
    tokensIn: usage.prompt_tokens,
    tokensOut: usage.completion_tokens,
    tokensCached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    rawUsage: usage,
  };
}

/** A model of a server on this site that speaks OpenAI's chat protocol: vLLM, SGLang, llama.cpp. */
export function createOpenAiCompatibleChatModel(options: OpenAiCompatibleOptions): ChatModel {
  const { url, model, adapter } = options;
  const host = hostOf(url);
  // How an adapter is asked for depends on the server, which must have been asked for that first.
  let asked: AskedModel | undefined = adapter === undefined ? { model } : undefined;

  const ready = async (signal: AbortSignal): Promise<AskedModel> => (asked = await requireServedModel(options, signal));

  const complete = async (request: ChatRequest, { signal, onDelta }: ChatOptions): Promise<ChatCompletion> => {
    signal.throwIfAborted();
    const body = requestBody(asked ?? (await ready(signal)), request);
    const response = await callServer({ url: openAiUrl(url, 'chat/completions'), host, body, signal }).catch((error: unknown) => {
      if (adapter !== undefined && MeshError.is(error) && error.code === 'MODEL_MISSING') asked = undefined;
      throw error;
    });
    let text = '';
    const calls = new ToolCallPieces();
    let finish: string | undefined;
    let isComplete = false;
    let usage: Usage = { prompt_tokens: 0, completion_tokens: 0 };
    try {
      for await (const chunk of readChunks(response)) {
        isComplete = chunk === 'done';
        if (chunk === 'done') break;
        if (chunk.error !== undefined && chunk.error !== null) throw new MeshError('MODEL_UNAVAILABLE', `${host} broke off its answer with an error`);
        const piece = chunk.choices[0]?.delta?.content ?? '';
        text += piece;
        if (piece !== '') onDelta?.(piece);
        for (const call of chunk.choices[0]?.delta?.tool_calls ?? []) calls.add(call);
        finish = chunk.choices[0]?.finish_reason ?? finish;
        usage = chunk.usage ?? usage;
      }
    } catch (error) {
      throw asServerError(error, host, signal);
    } finally {
      void endAnswer(response, isComplete);
    }
    if (finish === undefined) throw new MeshError('MODEL_UNAVAILABLE', `${host} ended its answer early`);
    const toolCalls = calls.read(host);
    requireAllowed(toolCalls, request, host);
    return completionOf(text, toolCalls, finish, usage);
  };

  return { model, ...(adapter ? { adapter } : {}), where: 'local', host, complete, ready: async (signal) => void (await ready(signal)) };
}
