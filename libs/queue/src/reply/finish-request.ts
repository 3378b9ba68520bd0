import type { Redis } from 'ioredis';
import type { Reply } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { RedisScript } from '../connect/run-script.js';
import type { ConversationCommit } from '../conversation/conversation-store.js';
import { PENDING_KEY, requestKey } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import { framesField, REPLY_STREAM_LENGTH } from './frame-stream.js';

/**
 * The end of a request, in one step: the conversation is committed, the outcome stored, the reply put on the
 * gateway's stream, the deadline taken off. Either all of it or nothing, and only for the first writer.
 * Answers 1 (first), 0 (the request has an outcome already, or is past its retention), -1 (the conversation changed).
 *
 * NOMKSTREAM: the gateway makes its stream and keeps it alive; writing must not revive the one of a dead gateway
 * without an expiry.
 */
const finish = new RedisScript(`
local found = redis.call('HMGET', KEYS[1], 'tenant', 'outcome')
if not found[1] or found[2] then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 0
end
if KEYS[4] then
  local revision = tonumber(redis.call('HGET', KEYS[4], 'revision') or '0')
  if revision ~= tonumber(ARGV[6]) then return -1 end
  redis.call('HSET', KEYS[4], 'revision', revision + 1, 'last', ARGV[1], 'box', ARGV[7])
  redis.call('PEXPIRE', KEYS[4], ARGV[8])
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[1], 'state', 'done', 'outcome', ARGV[2], 'reply', ARGV[3])
redis.call('XADD', KEYS[3], 'NOMKSTREAM', 'MAXLEN', '~', ARGV[5], '*', 'f', ARGV[4])
return 1
`);

export interface RequestEnd {
  readonly requestId: string;
  readonly replyTo: string;
  readonly epoch: number;
  readonly seq: number;
  readonly reply: Reply;
  readonly conversation?: ConversationCommit;
}

/**
 * Ends a request; the first writer wins.
 * @returns whether this was the first.
 * @throws MeshError CONVERSATION_CONFLICT when another request of the conversation ended in between; nothing is written then.
 */
export async function finishRequest(redis: Redis, sealer: Sealer, end: RequestEnd): Promise<boolean> {
  const sealed = sealer.seal(end.reply, end.requestId);
  const { outcome } = end.reply.receipt;
  const frame = framesField([{ kind: 'reply', requestId: end.requestId, epoch: end.epoch, seq: end.seq, outcome, sealed }]);
  const keys = [requestKey(end.requestId), PENDING_KEY, end.replyTo];
  const values: (string | number)[] = [end.requestId, outcome, JSON.stringify(sealed), frame, REPLY_STREAM_LENGTH];
  const commit = end.conversation;
  const written = commit
    ? await finish.run(redis, [...keys, commit.key], [...values, commit.expectedRevision, commit.box, commit.ttlMs])
    : await finish.run(redis, keys, values);
  if (written === -1) throw new MeshError('CONVERSATION_CONFLICT', 'another request of the conversation ended first');
  return written === 1;
}
