import type { AuditEvent } from '@switchyard/contracts';
import { AUDIT_STREAM, auditEventsOf, createRedis, openRedis } from '@switchyard/queue';

const AT_ONCE = 1_000;

/** All that lies on the stream of a mesh without an auditor, by request. */
export async function readAuditStream(redisUrl: string): Promise<ReadonlyMap<string, readonly AuditEvent[]>> {
  const redis = createRedis(redisUrl, 'patient', 'chaos:record');
  await openRedis([redis], redisUrl);
  try {
    const byRequest = new Map<string, AuditEvent[]>();
    for (let from = '-'; ; ) {
      const entries = await redis.xrange(AUDIT_STREAM, from, '+', 'COUNT', AT_ONCE);
      for (const [, fields] of entries) {
        for (const event of auditEventsOf(fields)) byRequest.set(event.requestId, [...(byRequest.get(event.requestId) ?? []), event]);
      }
      const last = entries.at(-1)?.[0];
      if (last === undefined || entries.length < AT_ONCE) return byRequest;
      from = `(${last}`;
    }
  } finally {
    redis.disconnect();
  }
}
