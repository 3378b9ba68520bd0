import { AddressRefused } from '@switchyard/config';
import { MeshError, type MeshErrorOptions } from '@switchyard/errors';
import { readRetryAfter } from '@switchyard/resilience';
import type { GuardedFetch } from '@switchyard/tools/guarded-fetch';

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

/** An attempt that failed. */
export class DeliveryError extends MeshError {
  constructor(
    code: 'DELIVERY_FAILED' | 'DELIVERY_REFUSED',
    detail: string,
    /** HTTP status of the answer; undefined where there was none. */
    readonly status?: number,
    options: MeshErrorOptions = {},
  ) {
    super(code, detail, options);
  }
}

/**
 * One attempt. @returns the status, 200 to 299
 * @throws DeliveryError DELIVERY_FAILED where another attempt may help, with the time that the endpoint asked for in `Retry-After`;
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
  if (status === GONE || (status >= 300 && status < 400) || final.has(status)) throw new DeliveryError('DELIVERY_REFUSED', `status ${status}`, status);
  const asked = status === 429 || status === 503 ? readRetryAfter(response.headers.get('retry-after'), Date.now()) : undefined;
  throw new DeliveryError('DELIVERY_FAILED', `status ${status}`, status, asked === undefined ? {} : { retryAfterMs: Math.min(LONGEST_WAIT_MS, asked) });
}

function failureOf(error: unknown, timeout: AbortSignal): DeliveryError {
  const cause = error instanceof Error ? error.cause : undefined;
  const refused = [error, cause].find((one) => one instanceof AddressRefused);
  if (refused) return new DeliveryError('DELIVERY_REFUSED', `${refused.kind} address refused`);
  // The class and code only: a foreign message may quote the address, and in it a secret.
  const code = [cause, error].map(codeOf).find((one) => one !== undefined);
  return new DeliveryError('DELIVERY_FAILED', timeout.aborted ? 'timeout' : (code ?? 'connection'));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
