import { APICallError, ToolChoiceViolationError } from 'ai';
import { MeshError, type ErrorCode } from '@switchyard/errors';
import { readRetryAfter } from '@switchyard/resilience';

/** Codes of a connection that was never made: nothing was sent. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const DEEPEST = 6;

/** Every error in a chain of causes, and of the tries of one connection (`AggregateError`). */
function chainOf(error: unknown, depth = 0): object[] {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return [];
  const causes = 'cause' in error ? chainOf(error.cause, depth + 1) : [];
  const tries = error instanceof AggregateError ? error.errors.flatMap((one) => chainOf(one, depth + 1)) : [];
  return [error, ...causes, ...tries];
}

function networkCodeOf(error: unknown): string | undefined {
  const codes = chainOf(error).map((one) => ('code' in one && typeof one.code === 'string' ? one.code : undefined));
  return codes.find((code) => code !== undefined && /^(?:E[A-Z_]{2,40}|UND_ERR[A-Z_]{1,40})$/.test(code));
}

/** Whether the call failed before anything was sent; false where that is not known. */
export function neverConnected(error: unknown): boolean {
  const code = networkCodeOf(error);
  return code !== undefined && NEVER_CONNECTED.has(code);
}

/** The wait that a provider asks for, in milliseconds from now; some name milliseconds in a header of their own. */
export function retryAfterMs(headers: Readonly<Record<string, string>> | undefined, now = Date.now()): number | undefined {
  const exact = Number(headers?.['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  return readRetryAfter(headers?.['retry-after'], now);
}

/** What a status means: busy, refused (asking again changes nothing), or out of order. */
export function codeOfStatus(status: number): ErrorCode {
  if (status === 429 || status === 503 || status === 529) return 'MODEL_OVERLOADED';
  return status >= 400 && status < 500 && status !== 408 ? 'MODEL_REJECTED' : 'MODEL_UNAVAILABLE';
}

/** A provider's error within a stream that began well; only its type and status are read. */
function codeOfStreamError(error: unknown): ErrorCode {
  for (const one of chainOf(error)) {
    const named = ['type', 'code', 'statusCode'].map((name) => String(Reflect.get(one, name) ?? ''));
    if (named.some((name) => /overloaded|rate_limit|^(?:429|503|529)$/.test(name))) return 'MODEL_OVERLOADED';
    if (named.some((name) => /content_filter|data_inspection|invalid_request|context_length/.test(name))) return 'MODEL_REJECTED';
  }
  return 'MODEL_UNAVAILABLE';
}

/**
 * What went wrong at a provider, as the mesh names it. The error of the SDK is dropped, not kept as a cause: it holds
 * the prompt, the headers with the key, and the provider's message, which may quote either. An abort keeps its reason.
 */
export function asModelError(error: unknown, host: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (MeshError.is(error)) return error;
  const call = chainOf(error).find((one) => APICallError.isInstance(one));
  if (call?.statusCode !== undefined && call.statusCode >= 300) {
    const wait = retryAfterMs(call.responseHeaders);
    return new MeshError(codeOfStatus(call.statusCode), `HTTP ${call.statusCode} from ${host}`, wait === undefined ? {} : { retryAfterMs: wait });
  }
  if (chainOf(error).some((one) => ToolChoiceViolationError.isInstance(one))) return new MeshError('MODEL_OUTPUT_INVALID', `${host} asked for a tool where it was to answer`);
  const network = networkCodeOf(error);
  if (network !== undefined) return new MeshError('MODEL_UNAVAILABLE', `no answer from ${host}: ${network}`, { cause: Object.assign(new Error(network), { code: network }) });
  return new MeshError(codeOfStreamError(error), `no complete answer from ${host}`);
}
