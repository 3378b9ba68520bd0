import type { Redis } from 'ioredis';
import type { Lane } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { RedisScript } from '../connect/run-script.js';
import { idempotencyKey, PENDING_KEY, requestKey } from '../redis-keys.js';
import type { RequestRecord } from './request-record.js';

/** How long an idempotency key is remembered. */
const IDEMPOTENCY_MS = 24 * 3_600_000;

/**
 * Accepts a request: claims the idempotency key, writes the record, sets the deadline by Redis' own clock.
 * Answers {'mismatch'}, {'repeat', request id} or {'new', request id, accepted at, deadline at}.
 */
const accept = new RedisScript(`
if KEYS[3] then
  local claim = redis.call('HMGET', KEYS[3], 'requestId', 'fingerprint')
  if claim[1] then
    for i = 12, #ARGV do
      if claim[2] == ARGV[i] then return {'repeat', claim[1]} end
    end
    return {'mismatch'}
  end
end
if redis.call('EXISTS', KEYS[1]) == 1 then return {'repeat', ARGV[1]} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = now + tonumber(ARGV[6])
redis.call('HSET', KEYS[1], 'state', 'accepted', 'tenant', ARGV[2], 'conversationId', ARGV[3], 'lane', ARGV[4], 'replyTo', ARGV[5],
  'acceptedAt', string.format('%.0f', now), 'deadlineAt', string.format('%.0f', deadline), 'traceparent', ARGV[7], 'siteVersion', ARGV[8])
if ARGV[9] ~= '' then redis.call('HSET', KEYS[1], 'language', ARGV[9]) end
redis.call('PEXPIRE', KEYS[1], ARGV[10])
redis.call('ZADD', KEYS[2], deadline, ARGV[1])
if KEYS[3] then
  redis.call('HSET', KEYS[3], 'requestId', ARGV[1], 'fingerprint', ARGV[12])
  redis.call('PEXPIRE', KEYS[3], ARGV[11])
end
return {'new', ARGV[1], now, deadline}
`);

export interface Acceptance {
  readonly requestId: string;
  readonly tenant: string;
  readonly conversationId: string;
  readonly lane: Lane;
  readonly replyTo: string;
  readonly deadlineMs: number;
  readonly traceparent: string;
  readonly siteVersion: string;
  readonly language?: string | undefined;
  /** How long the request can be fetched after its deadline. */
  readonly retentionMs: number;
  readonly idempotency?: { readonly key: string; readonly fingerprints: readonly string[] } | undefined;
}

export interface Accepted {
  /** Of the earlier request, where this is a repeat. */
  readonly requestId: string;
  /** The record as it was written; absent for a repeat. */
  readonly record?: RequestRecord;
}

/** @throws MeshError IDEMPOTENCY_MISMATCH when the key was used with another body. */
export async function acceptRequest(redis: Redis, request: Acceptance): Promise<Accepted> {
  const { idempotency } = request;
  const keys = [requestKey(request.requestId), PENDING_KEY, ...(idempotency ? [idempotencyKey(request.tenant, idempotency.key)] : [])];
  const ttlMs = Math.ceil(request.retentionMs + request.deadlineMs);
  const values = [
    request.requestId, request.tenant, request.conversationId, request.lane, request.replyTo, request.deadlineMs, request.traceparent, request.siteVersion,
    request.language ?? '', ttlMs, IDEMPOTENCY_MS, ...(idempotency?.fingerprints ?? []),
  ];
  const [verdict, requestId = request.requestId, acceptedAt = 0, deadlineAt = 0] = (await accept.run(redis, keys, values)) as [string, string?, number?, number?];
  if (verdict === 'mismatch') throw new MeshError('IDEMPOTENCY_MISMATCH', 'the idempotency key was used before with another body', { field: 'Idempotency-Key' });
  if (verdict !== 'new') return { requestId };
  const { tenant, conversationId, lane, replyTo, traceparent, siteVersion, language } = request;
  return { requestId, record: { requestId, tenant, conversationId, lane, acceptedAt, deadlineAt, replyTo, traceparent, siteVersion, state: 'accepted', ...(language === undefined ? {} : { language }) } };
}
