import { createHash } from 'node:crypto';
import type { QueueName } from '@switchyard/contracts';

/** Every key of the product starts with this, so that it can share a Redis and be counted or removed as a whole. */
export const KEY_PREFIX = 'switchyard';

/** A BullMQ queue's name: the braces are a hash tag, so that all keys of one queue lie in one slot of a cluster. */
export const bullQueueName = (queue: QueueName): string => `{${queue}}`;

/** Derived, so that adding the same step of a request twice is one job. No `:`, which BullMQ keeps for itself. */
export const jobIdOf = (requestId: string, queue: QueueName, hop: number): string => `${requestId}.${queue}.${hop}`;

export const requestKey = (requestId: string): string => `${KEY_PREFIX}:req:${requestId}`;
export const PENDING_KEY = `${KEY_PREFIX}:pending`;
export const replyStreamOf = (instance: string): string => `${KEY_PREFIX}:replies:${instance}`;
export const AUDIT_STREAM = `${KEY_PREFIX}:audit`;
export const CANCEL_CHANNEL = `${KEY_PREFIX}:cancel`;
export const availabilityKey = (name: string): string => `${KEY_PREFIX}:available:${name}`;

/** Clients choose idempotency keys and conversation ids and may put a person's name into them, so keys hold their hash. */
export const idempotencyKey = (tenant: string, key: string): string => `${KEY_PREFIX}:idem:${tenant}:${digest(key)}`;
export const conversationKey = (tenant: string, conversationId: string): string => `${KEY_PREFIX}:conv:${tenant}:${digest(conversationId)}`;

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
