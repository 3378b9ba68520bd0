import type { AuditEvent, Explanation } from '@switchyard/contracts';
import type { Document } from './follow-events.ts';
import type { Answer, Door } from './door.ts';
import { requestIdOf, type Message } from './ledger.ts';
import { pause } from './pause.ts';

/** What the mesh says of a request when all is over. */
export type Stored = Document | 'unknown';

export interface Results {
  /** By request: `GET /v1/requests/:id`. */
  readonly stored: ReadonlyMap<string, Stored>;
  /** By request: the auditor's record. */
  readonly recorded: ReadonlyMap<string, readonly AuditEvent[]>;
}

const AT_ONCE = 12;
const PATIENCE_MS = 60_000;
/** The record is written a moment after it happens. */
const RECORD_LAG_MS = 5_000;

/** Calls until something of meaning comes: the mesh may still be recovering. */
async function insist(call: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await call().catch(() => undefined);
    if (answer && (answer.status < 500 || Date.now() > giveUpAt)) return answer;
    if (Date.now() > giveUpAt) throw new Error('the mesh does not answer any more');
    await pause(200);
  }
}

async function explain(door: Door, tenant: string, requestId: string, lateFrom: number): Promise<readonly AuditEvent[]> {
  for (;;) {
    const { status, body } = await insist(() => door.call({ tenant, path: `/v1/requests/${requestId}/explain`, timeoutMs: 15_000 }));
    if (status === 404) return [];
    const { complete, steps } = body as Explanation;
    if (complete || Date.now() > lateFrom) return steps;
    await pause(100);
  }
}

/**
 * Asks for the end and the record of every message that was accepted.
 * @param record the whole record, where no auditor can be asked for it
 */
export async function collectResults(door: Door, messages: readonly Message[], record?: () => Promise<Results['recorded']>): Promise<Results> {
  const accepted = messages.flatMap((message) => {
    const requestId = requestIdOf(message);
    return requestId === undefined ? [] : [{ requestId, tenant: message.tenant }];
  });
  const stored = new Map<string, Stored>();
  const recorded = new Map<string, readonly AuditEvent[]>();
  const lateFrom = Date.now() + RECORD_LAG_MS;
  const left = [...accepted];
  const work = async (): Promise<void> => {
    for (let one = left.pop(); one; one = left.pop()) {
      const { tenant, requestId } = one;
      const { status, body } = await insist(() => door.call({ tenant, path: `/v1/requests/${requestId}` }));
      stored.set(requestId, status === 200 ? (body as Document) : 'unknown');
      if (!record) recorded.set(requestId, await explain(door, tenant, requestId, lateFrom));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { stored, recorded: record ? await record() : recorded };
}
