import type { CallTool, JobContext } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { ResultField } from '@switchyard/guardrail';
import type { ToolDefinition } from '@switchyard/site';
import type { GroundsInput } from './grounds.js';
import { isRecord } from './is-record.js';
import { fieldsOfResult, unsaid } from './result-fields.js';
import { unfoundedArgument } from './unfounded-argument.js';

/** A tool that a model wants called before it answers. */
export interface ToolWish {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a tool returned for this message. */
export interface ToolSource {
  readonly tool: string;
  readonly fields: readonly ResultField[];
  /** What the result could have said by its schema, and does not; see `groundInResult` of libs/knowledge. */
  readonly others: readonly string[];
}

/**
 * Why a wish is not fulfilled. `unknown`: the site has no such tool; `not_offered`: the model was not told of it; `budget`: it
 * has had its calls; `arguments`: they do not fit the schema; `unfounded`: one of them stands nowhere in the conversation; `prompt_leaked`: they
 * hold what the model was told; `placeholder`: they hold a placeholder that stands for nothing.
 */
export type ToolRefusal = 'unknown' | 'not_offered' | 'budget' | 'arguments' | 'unfounded' | 'prompt_leaked' | 'placeholder';

/** What comes of a wish. */
export type ToolTurn =
  /** What the tool returned, or why it was not called, for the model to read. */
  | { readonly kind: 'read'; readonly source: ToolSource }
  /** It changes something: the customer is to be asked. */
  | { readonly kind: 'confirm'; readonly tool: ToolDefinition; readonly arguments: Readonly<Record<string, unknown>> }
  /** The model asks for what it may not have. */
  | { readonly kind: 'refused' };

export interface ToolUseInput {
  readonly wish: ToolWish;
  /** What the model was told of this time. */
  readonly offered: readonly ToolDefinition[];
  /** What it may have for this message, with budget or without. */
  readonly allowed: readonly ToolDefinition[];
  readonly siteTools: ReadonlyMap<string, ToolDefinition>;
  readonly grounds: GroundsInput;
  /** Puts back what was taken out before the model read it; undefined where something in the arguments stands for nothing. Absent: nothing was taken out. */
  readonly restore?: (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | undefined;
  /** Where arguments do not fit the tool's schema: path and rule; undefined: they fit. It may turn "3" into 3 in place. */
  readonly problemOf: (tool: ToolDefinition, given: Record<string, unknown>) => string | undefined;
  /** Whether a text holds parts of the prompt. */
  readonly leaks: (text: string) => boolean;
  readonly callTool: CallTool;
  /** Counts a refusal. */
  readonly onRefused: (reason: ToolRefusal) => void;
  readonly idempotencyKey: string;
  readonly context: Pick<JobContext, 'now' | 'record' | 'signal'>;
}

/** The argument that a path begins with, by the site's name for it: a name that the model has made up would come back to it as something that a tool has said. */
function argumentAt({ arguments: schema }: ToolDefinition, path: string): string {
  const name = /^\/([^/ ]+)/u.exec(path)?.[1] ?? '';
  const properties = schema['properties'];
  return isRecord(properties) && Object.hasOwn(properties, name) ? `the argument ${name}` : 'an argument';
}

/**
 * Carries out what the model wants of a tool, as far as it may: only an offered one, with arguments that fit its schema and
 * that were said or looked up, and at once only where it changes nothing. What is refused is counted and recorded; the names of
 * tools that the site does not have are a model's words, and are not. Rejects with what the call rejects with.
 */
export async function useTool({ wish, offered, allowed, siteTools, grounds, restore, problemOf, leaks, callTool, onRefused, idempotencyKey, context }: ToolUseInput): Promise<ToolTurn> {
  const refuse = (reason: ToolRefusal): void => {
    onRefused(reason);
    context.record('tool_refused', { reason, ...(siteTools.has(wish.name) ? { tool: wish.name } : {}) });
  };
  const tool = offered.find(({ name }) => name === wish.name);
  if (!tool) {
    refuse(!siteTools.has(wish.name) ? 'unknown' : allowed.some(({ name }) => name === wish.name) ? 'budget' : 'not_offered');
    return { kind: 'refused' };
  }
  const ofError = (error: string): ToolTurn => ({ kind: 'read', source: { tool: tool.name, fields: [{ path: 'error', text: error }], others: [] } });
  const restored = restore ? restore(wish.arguments) : wish.arguments;
  if (!restored) {
    refuse('placeholder');
    return ofError('an argument holds a placeholder that stands for nothing');
  }
  // The check may turn "3" into 3: what was checked is what is shown and sent.
  const given: Record<string, unknown> = structuredClone(restored);
  const problem = problemOf(tool, given);
  if (problem !== undefined) {
    refuse('arguments');
    return ofError(`${argumentAt(tool, problem)} does not fit`);
  }
  const unfounded = unfoundedArgument(tool, given, grounds);
  if (unfounded !== undefined) {
    refuse('unfounded');
    return ofError(`${argumentAt(tool, unfounded)} stands neither in the conversation nor in a result`);
  }
  if (leaks(JSON.stringify(given))) {
    refuse('prompt_leaked');
    return { kind: 'refused' };
  }
  if (tool.effect === 'write') return { kind: 'confirm', tool, arguments: given };
  const startedAt = context.now();
  try {
    const { outcome, facts } = await callTool({ tool: tool.name, arguments: given, idempotencyKey, signal: context.signal });
    context.record('tool_called', { ...facts, by: 'model' }, context.now() - startedAt);
    if (!outcome.ok) return ofError(outcome.error);
    const fields = fieldsOfResult(outcome.value);
    return { kind: 'read', source: { tool: tool.name, fields, others: unsaid(tool.result, fields) } };
  } catch (error) {
    // Fits the schema, and cannot stand in a URL.
    if (!MeshError.is(error) || error.code !== 'TOOL_ARGUMENTS_INVALID') throw error;
    refuse('arguments');
    return ofError('the arguments cannot be sent');
  }
}
