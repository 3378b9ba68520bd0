import { MeshError } from '@switchyard/errors';
import { readRetryAfter } from '@switchyard/resilience';
import { RETRY_AFTER } from './keep-retry-after.js';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: unknown;
}

const isAnswer = (error: unknown): error is Error & Answer => error instanceof Error && 'status' in error && typeof error.status === 'number' && 'headers' in error && error.headers instanceof Headers;

/** The status that Qdrant answered with; undefined where there was no answer. */
export const statusOf = (error: unknown): number | undefined => (MeshError.is(error) ? statusOf(error.cause) : isAnswer(error) ? error.status : undefined);

/**
 * What a failed call is called. Qdrant's own words stay in the cause: they may quote what was sent.
 * What may succeed when it is repeated is DATABASE_UNAVAILABLE; a refusal is STORE_REJECTED.
 */
export function nameFailure(error: unknown, operation: string, host: string): MeshError {
  if (MeshError.is(error)) return error;
  if (!isAnswer(error)) return new MeshError('DATABASE_UNAVAILABLE', `no complete answer from Qdrant at ${host} to ${operation}`, { cause: error });
  const { status, headers } = error;
  const detail = `HTTP ${status} from Qdrant at ${host} to ${operation}`;
  const wait = readRetryAfter(headers.get(RETRY_AFTER), Date.now());
  if (status === 408 || status === 425 || status === 429 || status >= 500) return new MeshError('DATABASE_UNAVAILABLE', detail, { cause: error, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
  return new MeshError('STORE_REJECTED', status === 401 || status === 403 ? `${detail}: look at QDRANT_API_KEY` : detail, { cause: error });
}
