import { randomBytes } from 'node:crypto';

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
  const traceId = traceIdOf(parent) ?? randomBytes(16).toString('hex');
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${match?.[3] ?? '01'}`;
}
