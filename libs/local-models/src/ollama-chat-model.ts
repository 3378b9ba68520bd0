// Types only: the package's client takes no AbortSignal, and prints a broken stream's text to the console.
import type { ChatRequest as OllamaRequest, Message as OllamaMessage } from 'ollama';
import { z } from 'zod';
import type { ChatCompletion, ChatMessage, ChatModel, ChatOptions, ChatRequest, ChatToolCall } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { asServerError, callServer, endAnswer, hostOf, LONGEST_LINE, readText } from './call-server.js';
import { ollamaNameOf, ollamaUrl, requireOllamaModel, type OllamaOptions } from './ollama-server.js';
import { functionsOf, readToolCall, requireAllowed } from './tool-calls.js';

/** A line of `/api/chat`; `error` can come in the middle of a stream that began with status 200. */
const Line = z.object({
  message: z.object({
    content: z.string().default(''),
    tool_calls: z.array(z.object({ id: z.string().nullish(), function: z.object({ name: z.string(), arguments: z.unknown() }) })).nullish(),
  }).optional(),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  prompt_eval_count: z.int().default(0),
  eval_count: z.int().default(0),
  total_duration: z.number().optional(),
  eval_duration: z.number().optional(),
  error: z.string().optional(),
});
type Line = z.infer<typeof Line>;

/** What came of a call is known to Ollama by the tool's name, and by the call's id since it gives some. */
function messageOf(message: ChatMessage): OllamaMessage & { tool_call_id?: string } {
  const { role, content } = message;
  if (message.role === 'tool') return { role, content, tool_name: message.toolName, tool_call_id: message.toolCallId };
  if (message.role !== 'assistant' || message.toolCalls === undefined) return { role, content };
  return { role, content, tool_calls: message.toolCalls.map(({ id, name, arguments: given }) => ({ id, function: { name, arguments: { ...given } } })) };
}

/** What Ollama says where it cannot read the tool call that its model wrote; a status 500, or an error within the stream. */
const UNREADABLE_CALL = /error parsing tool call/i;

function requestBody(model: string, { messages, schema, tools = [], toolChoice, maxTokens, temperature }: ChatRequest): OllamaRequest & { truncate: boolean } {
  return {
    model,
    messages: messages.map(messageOf),
    // It has no word for tools that may not be called; its templates need not know those that messages speak of.
    ...(tools.length === 0 || toolChoice === 'none' ? {} : { tools: functionsOf(tools) }),
    stream: true,
    // Thinking costs seconds and its text is of no use here; capable models do it unless told not to.
    think: false,
    // Stay loaded: the first message after a quiet hour must not wait for the weights.
    keep_alive: -1,
    // A prompt that is too long is an error, not a prompt without its beginning.
    truncate: false,
    ...(schema === undefined ? {} : { format: schema }),
    // No other option: a differing num_ctx or the like makes Ollama load the model anew.
    options: { temperature: temperature ?? 0, num_predict: maxTokens },
  };
}

/** @throws RangeError where a line is longer than any piece of an answer */
async function* readLines(response: Response): AsyncGenerator<Line> {
  let rest = '';
  for await (const piece of readText(response)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new RangeError('a line without an end');
    for (const line of lines) if (line.trim() !== '') yield Line.parse(JSON.parse(line));
  }
  if (rest.trim() !== '') yield Line.parse(JSON.parse(rest));
}

function completionOf(text: string, toolCalls: readonly ChatToolCall[], last: Line): ChatCompletion {
  const { prompt_eval_count: tokensIn, eval_count: tokensOut, done_reason } = last;
  return {
    text,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    finish: done_reason === 'length' ? 'length' : 'stop',
    tokensIn,
    tokensOut,
    tokensCached: 0,
    rawUsage: { prompt_eval_count: tokensIn, eval_count: tokensOut, total_duration: last.total_duration, eval_duration: last.eval_duration },
  };
}

/** A model of an Ollama on this site. Sampling options beside temperature and length belong into its Modelfile. */
export function createOllamaChatModel(options: OllamaOptions): ChatModel {
  const { url, model, adapter } = options;
  const host = hostOf(url);
  let checked = false;

  const ready = async (signal: AbortSignal): Promise<void> => {
    checked = false;
    await requireOllamaModel(options, signal);
    checked = true;
  };

  const complete = async (request: ChatRequest, { signal, onDelta }: ChatOptions): Promise<ChatCompletion> => {
    signal.throwIfAborted();
    // Before the first prompt leaves: the model must be one that runs here.
    if (!checked) await ready(signal);
    const response = await callServer({ url: ollamaUrl(url, 'chat'), host, body: requestBody(ollamaNameOf(options), request), unless: { status: 500, says: UNREADABLE_CALL, code: 'MODEL_OUTPUT_INVALID' }, signal }).catch((error: unknown) => {
      if (MeshError.is(error) && error.code === 'MODEL_MISSING') checked = false;
      throw error;
    });
    let text = '';
    const toolCalls: ChatToolCall[] = [];
    let isComplete = false;
    try {
      for await (const line of readLines(response)) {
        if (line.error !== undefined && UNREADABLE_CALL.test(line.error)) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} could not read the tool call of its model`);
        if (line.error !== undefined) throw new MeshError('MODEL_UNAVAILABLE', `${host} broke off its answer with an error`);
        const piece = line.message?.content ?? '';
        text += piece;
        if (piece !== '') onDelta?.(piece);
        for (const { id, function: called } of line.message?.tool_calls ?? []) toolCalls.push(readToolCall({ id, ...called }, host));
        isComplete = line.done === true;
        if (isComplete) requireAllowed(toolCalls, request, host);
        if (isComplete) return completionOf(text, toolCalls, line);
      }
    } catch (error) {
      throw asServerError(error, host, signal);
    } finally {
      void endAnswer(response, isComplete);
    }
    throw new MeshError('MODEL_UNAVAILABLE', `${host} ended its answer early`);
  };

  return { model, ...(adapter ? { adapter } : {}), where: 'local', host, complete, ready };
}
