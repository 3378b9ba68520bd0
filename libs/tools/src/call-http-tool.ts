import { AddressRefused } from '@switchyard/config';
import type { ToolRequest } from './build-tool-request.js';
import type { ToolSchemas } from './check-against-schema.js';
import type { GuardedFetch } from './guarded-fetch.js';
import type { HttpToolDefinition } from './tool-definition.js';
import { failed, inTrouble, MAX_RESULT_CHARACTERS, type Sent } from './tool-result.js';

/** One HTTP call. Rejects with the signal's reason only. */
export async function callHttpTool(tool: HttpToolDefinition, schemas: ToolSchemas, fetch: GuardedFetch, { url, ...init }: ToolRequest, signal: AbortSignal): Promise<Sent> {
  const timeout = AbortSignal.timeout(tool.timeoutMs);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, timeout]) });
    const { status } = response;
    if (response.ok) return readResult(schemas, await response.text(), status);
    await response.body?.cancel();
    const named = tool.errors[String(status)];
    if (named !== undefined) return failed(named, undefined, status);
    return status >= 500 || status === 408 || status === 429 ? inTrouble(undefined, status) : failed('rejected', undefined, status);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return failureOf(error, timeout);
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

/** What a call that got no answer came to. */
export function failureOf(error: unknown, timeout: AbortSignal): Sent {
  const cause = error instanceof Error ? error.cause : undefined;
  const refused = [error, cause].find((one) => one instanceof AddressRefused);
  if (refused) return failed('rejected', `${refused.kind} address refused`);
  if (timeout.aborted) return inTrouble('timeout');
  return inTrouble(codeOf(cause) ?? codeOf(error) ?? 'connection');
}

/** `ECONNREFUSED` and the like. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
