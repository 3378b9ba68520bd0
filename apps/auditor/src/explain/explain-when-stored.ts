import { setTimeout as wait } from 'node:timers/promises';
import { explainRequest } from '@switchyard/audit-trail';
import type { Explanation } from '@switchyard/contracts';
import { AUDIT_STREAM, type RedisConnection } from '@switchyard/queue';
import type { AuditRecord } from '../record/audit-record.js';

/** Wait at most this long for the record to catch up; what is stored by then is the answer. */
const CATCH_UP_MS = 2_000;
/** A request that has ended a moment ago has its last events on their way: tiers write them every 20 ms. */
const LAST_WORDS_MS = 250;
/** As long for one that nothing is known of: most likely it is not there at all. */
const FIRST_WORDS_MS = 80;
const LOOK_EVERY_MS = 10;

export interface ExplainOptions {
  readonly redis: RedisConnection;
  readonly record: Pick<AuditRecord, 'eventsOf'>;
  readonly signal: AbortSignal;
  /** Has what is on the stream stored now. */
  readonly hurry: () => void;
  readonly catchUpMs?: number;
}

/**
 * What is recorded of a request, with everything that stood on the stream when it was asked. `complete: false` says
 * that more may come.
 * @throws MeshError DATABASE_UNAVAILABLE
 */
export async function explainWhenStored(subject: { readonly tenant: string; readonly requestId: string }, options: ExplainOptions): Promise<Explanation> {
  const { record, signal, hurry, catchUpMs = CATCH_UP_MS } = options;
  const askedAt = performance.now();
  const read = async (): Promise<Explanation> => explainRequest(subject, await record.eventsOf(subject.tenant, subject.requestId));
  await untilStored(options, askedAt + catchUpMs);
  let explanation = await read();
  const isWorthWaiting = (): boolean => !explanation.complete && performance.now() < askedAt + (explanation.steps.length > 0 ? LAST_WORDS_MS : FIRST_WORDS_MS);
  while (isWorthWaiting()) {
    hurry();
    await wait(LOOK_EVERY_MS * 3, undefined, { signal });
    explanation = await read();
  }
  return explanation;
}

/** Until nothing is left on the stream of what stands there now: what is stored is taken off it. */
async function untilStored({ redis, signal, hurry }: ExplainOptions, giveUpAt: number): Promise<void> {
  const [newest] = await redis.xrevrange(AUDIT_STREAM, '+', '-', 'COUNT', 1);
  if (!newest) return;
  while (performance.now() < giveUpAt) {
    const left = await redis.xrange(AUDIT_STREAM, '-', newest[0], 'COUNT', 1);
    if (left.length === 0) return;
    hurry();
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}
