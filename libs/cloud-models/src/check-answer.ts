import type { ChatCompletion, ChatRequest, ChatToolCall } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** What the SDK makes of a call: arguments that it could not read stay a text. */
export interface SdkToolCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** @throws MeshError MODEL_OUTPUT_INVALID, without a word of what the model wrote */
export function readToolCall({ toolCallId: id, toolName: name, input }: SdkToolCall, host: string): ChatToolCall {
  const given = input === '' || input === undefined ? {} : input;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} answered with a tool call whose arguments are no JSON object`);
  return { id, name, arguments: given as Record<string, unknown> };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An answer that was asked to be JSON, is complete, and is none. @throws MeshError MODEL_OUTPUT_INVALID */
export function requireJson({ schema }: Pick<ChatRequest, 'schema'>, { text, finish, toolCalls }: Pick<ChatCompletion, 'text' | 'finish' | 'toolCalls'>, host: string): void {
  if (schema === undefined || finish !== 'stop' || toolCalls !== undefined || isJson(text)) return;
  throw new MeshError('MODEL_OUTPUT_INVALID', `${host} was asked for JSON and answered with none`);
}
