import type { Reply } from '@switchyard/contracts';
import { isErrorCode, MeshError, type ErrorCode } from '@switchyard/errors';

/** The code of an outcome that tells none. */
const CODES = { expired: 'DEADLINE_PASSED', cancelled: 'REQUEST_CANCELLED', failed: 'INTERNAL' } as const satisfies Record<string, ErrorCode>;

/** What a client should know of a code beyond its title. */
const DETAILS: Partial<Record<ErrorCode, string>> = {
  REQUEST_SUPERSEDED: 'a later message of the conversation is answered instead',
  REQUEST_MERGED: 'a later message of the conversation is answered instead, together with this one',
};

/**
 * The error that a reply stands for on a route that answers with completions; undefined where the reply is one:
 * an answer or a refusal has words for the customer, and so has a hand-over, where no person has the conversation already.
 */
export function failureOf(reply: Reply): MeshError | undefined {
  const { outcome } = reply.receipt;
  if (outcome === 'answered' || outcome === 'refused' || outcome === 'handed_over') return undefined;
  const told = reply.error?.code;
  const code = told !== undefined && isErrorCode(told) ? told : CODES[outcome];
  return new MeshError(code, DETAILS[code] ?? `the request ended as ${outcome}`);
}
