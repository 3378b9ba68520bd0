import { randomFillSync } from 'node:crypto';

/** W3C trace context, version 00: `00-<trace id>-<span id>-<flags>` (https://www.w3.org/TR/trace-context/). */
const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace id of a `traceparent`, or undefined where it is absent or malformed. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const id = traceparent === undefined ? undefined : FORM.exec(traceparent)?.[1];
  return id === '0'.repeat(32) ? undefined : id;
}

/** A child of the given context with a span id of its own; a new, sampled trace where there is none. */
export function childTraceparent(parent?: string): string {
  const match = parent === undefined ? null : FORM.exec(parent);
  const traceId = traceIdOf(parent) ?? randomHex(16);
  return `00-${traceId}-${randomHex(8)}-${match?.[3] ?? '01'}`;
}

const pool = Buffer.alloc(4_096);
let used = pool.length;

/** Ids need no bytes of their own from the system, which takes longer to ask than all the rest of a span. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
