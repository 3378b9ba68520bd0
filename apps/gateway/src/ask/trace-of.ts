import type { FastifyRequest } from 'fastify';
import { traceIdOf } from '@switchyard/telemetry';
import { singleHeader } from './read-conversation-id.js';

/** The trace context that the client sent; nothing where it is absent or malformed, as the standard has it. */
export function traceOf(request: Pick<FastifyRequest, 'headers'>): { readonly traceparent?: string } {
  const traceparent = singleHeader(request.headers['traceparent']);
  return traceparent !== undefined && traceIdOf(traceparent) !== undefined ? { traceparent } : {};
}
