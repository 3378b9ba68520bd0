import type { ToolOutcome } from '@switchyard/contracts';

/** What came of one call, and what may be recorded of it. */
export interface Sent {
  readonly outcome: ToolOutcome;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Why it failed: a code or a path in a schema, never a value. */
  readonly detail?: string;
  /** The backend is in trouble: it counts against it, and a repeat a moment later may help. */
  readonly isTrouble?: boolean;
}

/** A backend that answers with more than this has gone wrong. */
export const MAX_RESULT_CHARACTERS = 1_000_000;

export function failed(error: string, detail?: string, status?: number): Sent {
  return { outcome: { ok: false, error }, ...(status === undefined ? {} : { status }), ...(detail === undefined ? {} : { detail }) };
}

/** The backend did not answer, or with an error of its own. */
export function inTrouble(detail?: string, status?: number): Sent {
  return { ...failed('unavailable', detail, status), isTrouble: true };
}
