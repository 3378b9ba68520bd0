import { MeshError } from '@switchyard/errors';
import type { ToolOutcome } from '@switchyard/dialogue';
import type { ToolDefinition } from '@switchyard/site';
import { buildToolRequest, type ToolEnvironment, type ToolRequest } from './build-tool-request.js';
import { compileToolSchemas, type ToolSchemas } from './check-against-schema.js';

export interface ToolUse {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The same for every run of the same step of the same request. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** What came of a call, and what may be recorded of it: names, numbers and sizes. */
export interface ToolReport {
  readonly outcome: ToolOutcome;
  readonly facts: Readonly<Record<string, unknown>>;
}

export type CallTool = (use: ToolUse) => Promise<ToolReport>;

/** A backend that answers with more than this has gone wrong. */
const MAX_RESULT_CHARACTERS = 1_000_000;

/**
 * The tools of a site, their schemas compiled. A call resolves with the tool's result or the name of its error:
 * the one that the site gives the HTTP status, `rejected` for any other 4xx and for redirects, `unavailable` for
 * 5xx, 408, 429, a timeout, a broken connection and a result that does not fit its schema.
 * It rejects with TOOL_ARGUMENTS_INVALID or CONFIG_INVALID, or with the signal's reason.
 */
export function createToolCaller(tools: ReadonlyMap<string, ToolDefinition>, environment: ToolEnvironment): CallTool {
  const compiled = new Map([...tools].map(([name, tool]) => [name, { tool, schemas: compileToolSchemas(tool) }]));
  return async ({ tool: name, arguments: given, idempotencyKey, signal }) => {
    const entry = compiled.get(name);
    if (!entry) throw new MeshError('SITE_INVALID', `there is no tool ${name}`);
    const { tool, schemas } = entry;
    const coerced = { ...given };
    const problem = schemas.problemOfArguments(coerced);
    if (problem !== undefined) throw new MeshError('TOOL_ARGUMENTS_INVALID', `${name}: ${problem}`);
    const request = buildToolRequest(tool, coerced, environment, idempotencyKey);
    const { outcome, status, detail } = await send(tool, schemas, request, signal);
    return {
      outcome,
      facts: {
        tool: name,
        effect: tool.effect,
        ...(status === undefined ? {} : { status }),
        ...(outcome.ok ? {} : { error: outcome.error }),
        ...(detail === undefined ? {} : { detail }),
        ...(tool.effect === 'write' ? { idempotencyKey } : {}),
      },
    };
  };
}

interface Sent {
  readonly outcome: ToolOutcome;
  readonly status?: number;
  readonly detail?: string;
}

const failed = (error: string, detail?: string, status?: number): Sent => ({
  outcome: { ok: false, error },
  ...(status === undefined ? {} : { status }),
  ...(detail === undefined ? {} : { detail }),
});

async function send(tool: ToolDefinition, schemas: ToolSchemas, { url, ...init }: ToolRequest, signal: AbortSignal): Promise<Sent> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(tool.timeoutMs);
  try {
    // Redirects are not followed: they would carry the headers, and so the secrets, elsewhere.
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any([signal, timeout]) });
    const { status } = response;
    if (!response.ok) {
      await response.body?.cancel();
      return failed(tool.errors[String(status)] ?? errorOf(status), undefined, status);
    }
    return readResult(schemas, await response.text(), status);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return failed('unavailable', timeout.aborted ? 'timeout' : causeCode(error));
  }
}

function readResult(schemas: ToolSchemas, body: string, status: number): Sent {
  if (body.length > MAX_RESULT_CHARACTERS) return failed('unavailable', 'result too large', status);
  let value: unknown = null;
  try {
    if (body.trim() !== '') value = JSON.parse(body);
  } catch {
    return failed('unavailable', 'result is no JSON', status);
  }
  const problem = schemas.problemOfResult(value);
  return problem === undefined ? { outcome: { ok: true, value }, status } : failed('unavailable', `result: ${problem}`, status);
}

function errorOf(status: number): string {
  return status >= 500 || status === 408 || status === 429 ? 'unavailable' : 'rejected';
}

/** `ECONNREFUSED` and the like, from the cause that fetch hides it in. */
function causeCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'connection';
}
