import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { openStreams } from '../measure/gateway-metrics.js';
import { STREAM_HEADERS, withHeartbeats } from './server-sent-events.js';

/** Aborted when the client leaves before its answer is complete. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const gone = (): void => {
    if (!reply.raw.writableFinished) controller.abort();
  };
  if (reply.raw.destroyed) gone();
  else reply.raw.once('close', gone);
  return controller.signal;
}

/** Answers with a stream of events, as fast as the client reads, and resolves when it has ended, either way. */
export async function sendStream(reply: FastifyReply, pieces: AsyncIterable<string>, heartbeatMs: number): Promise<void> {
  const route = reply.request.routeOptions.url ?? 'unknown';
  const body = Readable.from(withHeartbeats(pieces, heartbeatMs), { objectMode: false, encoding: 'utf8' });
  openStreams.inc({ route });
  const ended = new Promise<void>((resolve) => body.once('close', resolve));
  try {
    void reply.headers(STREAM_HEADERS).send(body);
    await ended;
  } finally {
    openStreams.dec({ route });
  }
}
