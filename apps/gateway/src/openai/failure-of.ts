import type { Reply } from '@switchyard/contracts';
import { isErrorCode, MeshError, type ErrorCode } from '@switchyard/errors';

/** The code of an outcome that tells none. */
const CODES = { expired: 'DEADLINE_PASSED', cancelled: 'REQUEST_CANCELLED', failed: 'INTERNAL' } as const satisfies Record<string, ErrorCode>;

/**
 * The error that a reply stands for on a route that answers with completions; undefined where the reply is one:
 * an answer, a refusal or a hand-over has words for the customer.
 */
export function failureOf(reply: Reply): MeshError | undefined {
  const { outcome } = reply.receipt;
  if (outcome === 'answered' || outcome === 'refused' || outcome === 'handed_over') return undefined;
  const told = reply.error?.code;
  const code = told !== undefined && isErrorCode(told) ? told : CODES[outcome];
  return new MeshError(code, `the request ended as ${outcome}`);
}
