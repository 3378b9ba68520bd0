import { randomUUID } from 'node:crypto';
import type { ChatRequest, ChatTool, ChatToolCall } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** A call as it came: arguments as an object, or as the text of one. */
export interface WrittenToolCall {
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly arguments: unknown;
}

function readArguments(given: unknown): unknown {
  if (typeof given !== 'string') return given ?? {};
  if (given.trim() === '') return {};
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}

/** @throws MeshError MODEL_OUTPUT_INVALID where the arguments are no JSON object, without a word of them */
export function readToolCall({ id, name, arguments: given }: WrittenToolCall, host: string): ChatToolCall {
  const read = readArguments(given);
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} answered with a tool call whose arguments are no JSON object`);
  // Ollama before 0.12 and some others name no call.
  return { id: id || `call_${randomUUID()}`, name, arguments: read as Record<string, unknown> };
}

/** @throws MeshError MODEL_OUTPUT_INVALID where a model asks for a tool though it was to answer */
export function requireAllowed(calls: readonly ChatToolCall[], { toolChoice }: Pick<ChatRequest, 'toolChoice'>, host: string): void {
  if (toolChoice === 'none' && calls.length > 0) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} asked for a tool where it was to answer`);
}

/** Tools as both protocols have them. */
export const functionsOf = (tools: readonly ChatTool[]) => tools.map(({ name, description, parameters }) => ({ type: 'function' as const, function: { name, description, parameters } }));

/** A piece of a call in OpenAI's stream; the first one of each has its id and name. */
export interface ToolCallPiece {
  readonly index?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly function?: { readonly name?: string | null | undefined; readonly arguments?: string | null | undefined } | null | undefined;
}

/** Puts calls together that come in pieces, several at once by their index. */
export class ToolCallPieces {
  private readonly calls: { id?: string; name: string; arguments: string }[] = [];

  add({ index, id, function: piece }: ToolCallPiece): void {
    // Servers that number nothing send one call after the other, each beginning with its id or its name.
    const at = index ?? (id || piece?.name ? this.calls.length : Math.max(0, this.calls.length - 1));
    const call = (this.calls[at] ??= { name: '', arguments: '' });
    if (id) call.id ??= id;
    call.name += piece?.name ?? '';
    call.arguments += piece?.arguments ?? '';
  }

  /** @throws MeshError MODEL_OUTPUT_INVALID */
  read(host: string): ChatToolCall[] {
    // An index that was left out leaves a hole.
    return this.calls.filter((call) => call !== undefined).map((call) => readToolCall(call, host));
  }
}
