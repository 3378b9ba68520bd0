import type { z } from 'zod';
import { MeshError, type ErrorCode } from '@switchyard/errors';
import { readRetryAfter } from '@switchyard/resilience';

export interface ServerCall {
  readonly url: string;
  /** Named in error details: host and port, never a path with a key in it. */
  readonly host: string;
  /** Present: POST as JSON; absent: GET. */
  readonly body?: unknown;
  /** A status that has another code where the server's error begins with such words. The words are not kept: they may quote the prompt. */
  readonly unless?: { readonly status: number; readonly says: RegExp; readonly code: ErrorCode };
  readonly signal: AbortSignal;
}

function codeOf(status: number): ErrorCode {
  if (status === 404) return 'MODEL_MISSING';
  if (status === 408 || status === 429 || status === 503) return 'MODEL_OVERLOADED';
  return status >= 400 && status < 500 ? 'MODEL_REJECTED' : 'MODEL_UNAVAILABLE';
}

/** Codes and class names of an error and of its causes, outermost first. */
const kindsOf = (error: unknown): string[] => (error instanceof Error ? [('code' in error && typeof error.code === 'string' ? error.code : error.name), ...kindsOf(error.cause)] : []);

/**
 * What a broken connection or an answer that cannot be read is called; an abort keeps the reason of its signal. Of the error its kind
 * is kept, and nothing else: messages of parsers and `data` of an HTTP error quote what was received, which may quote the prompt.
 */
export function asServerError(error: unknown, host: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (MeshError.is(error)) return error;
  const kinds = kindsOf(error);
  return new MeshError('MODEL_UNAVAILABLE', `no complete answer from ${host}`, kinds.length === 0 ? {} : { cause: new Error(kinds.join(' < ')) });
}

/** The longest line of a stream, in characters: far more than a piece of an answer, and a bound for a server that sends no end of line. */
export const LONGEST_LINE = 1_048_576;

/**
 * One HTTP call to a model server. Follows no redirect: a local server that sends its clients elsewhere is refused.
 * Error bodies are dropped unread, or once `unless` has been compared with how they begin, since they may quote the prompt.
 * @throws MeshError by status, MODEL_UNAVAILABLE without one; an aborted call throws the signal's reason
 */
export async function callServer({ url, host, body, unless, signal }: ServerCall): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      redirect: 'error',
      signal,
      ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw asServerError(error, host, signal);
  }
  if (response.ok) return response;
  const named = response.status === unless?.status && unless.says.test(await beginningOf(response)) ? unless.code : undefined;
  await response.body?.cancel().catch(() => undefined);
  // Reading it may have been given up.
  signal.throwIfAborted();
  const wait = readRetryAfter(response.headers.get('retry-after'), Date.now());
  throw new MeshError(named ?? codeOf(response.status), `HTTP ${response.status} from ${host}`, wait === undefined ? {} : { retryAfterMs: wait });
}

/** The body as JSON of the shape that is wanted. @throws MeshError MODEL_UNAVAILABLE where it is another */
export async function readJson<Shape extends z.ZodType>(response: Response, shape: Shape, host: string, signal: AbortSignal): Promise<z.infer<Shape>> {
  try {
    return shape.parse(await response.json());
  } catch (error) {
    throw asServerError(error, host, signal);
  }
}

/** The body's text in pieces, never splitting a character. Whoever stops early must say how to go on: see `endAnswer`. */
export async function* readText(response: Response): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  for await (const chunk of response.body.values({ preventCancel: true })) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** What may follow the last message of an answer takes no longer, in milliseconds. */
const REST_MS = 500;

/**
 * Leaves an answer. Of one that is complete the rest is read, for a moment, so that its connection serves the next call: with a new one
 * for each, a slot that is free waits for it. Any other's connection is closed, so that the server stops at once.
 */
export async function endAnswer(response: Response, isComplete: boolean): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const leave = (): void => void reader.cancel().catch(() => undefined);
  if (!isComplete) return leave();
  const timer = setTimeout(leave, REST_MS);
  try {
    while (!(await reader.read()).done);
  } catch {
    // Aborted or cut off: the answer was complete.
  } finally {
    clearTimeout(timer);
  }
}

/** How much of an error is looked at, in characters. */
const BEGINNING = 1_000;

/** How an error begins, as far as it comes in a moment. Its connection is left to the caller. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), REST_MS);
  try {
    for (let { done, value } = await reader.read(); !done && text.length < BEGINNING; { done, value } = await reader.read()) text += decoder.decode(value, { stream: true });
  } catch {
    // Aborted or cut off: what came counts.
  } finally {
    clearTimeout(timer);
    reader.releaseLock();
  }
  return text.slice(0, BEGINNING);
}

export function hostOf(url: string): string {
  return new URL(url).host;
}
