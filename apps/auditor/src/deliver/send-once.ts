import { AddressRefused } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import type { GuardedFetch } from './guarded-fetch.js';

export interface Parcel {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Statuses beyond 410 and redirects after which another attempt cannot help. */
  readonly final: ReadonlySet<number>;
}

/** An endpoint that asks for more time than this is asked again after it. */
const LONGEST_WAIT_MS = 3_600_000;
/** It is no longer there: the endpoint wants nothing more (RFC 9110, 15.5.11). */
export const GONE = 410;

/**
 * One attempt. @returns the status, 200 to 299
 * @throws MeshError DELIVERY_FAILED where another attempt may help, with the time that the endpoint asked for in `Retry-After`;
 * DELIVERY_REFUSED where it cannot; or the signal's reason
 */
export async function sendOnce(fetch: GuardedFetch, { url, headers, body, timeoutMs, final }: Parcel, signal: AbortSignal): Promise<number> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'user-agent': 'Switchyard', ...headers }, body, signal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw failureOf(error, timeout);
  }
  const { status } = response;
  // What it says is of no use, and may be endless.
  await response.body?.cancel().catch(() => undefined);
  if (response.ok) return status;
  // `redirect: manual` gives the redirect itself.
  if (status === GONE || (status >= 300 && status < 400) || final.has(status)) throw new MeshError('DELIVERY_REFUSED', `status ${status}`);
  const retryAfterMs = status === 429 || status === 503 ? readRetryAfter(response.headers.get('retry-after'), Date.now()) : undefined;
  throw new MeshError('DELIVERY_FAILED', `status ${status}`, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function failureOf(error: unknown, timeout: AbortSignal): MeshError {
  const cause = error instanceof Error ? error.cause : undefined;
  const refused = [error, cause].find((one) => one instanceof AddressRefused);
  if (refused) return new MeshError('DELIVERY_REFUSED', `${refused.kind} address refused`);
  // The class and code only: a foreign message may quote the address, and in it a secret.
  const code = [cause, error].map(codeOf).find((one) => one !== undefined);
  return new MeshError('DELIVERY_FAILED', timeout.aborted ? 'timeout' : (code ?? 'connection'));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Seconds or a date (RFC 9110, 10.2.3) as milliseconds from now, an hour at most; undefined for anything else. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(0, ms));
}
