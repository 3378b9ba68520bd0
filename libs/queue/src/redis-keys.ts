import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { v7 } from 'uuid';
import type { QueueName } from '@switchyard/contracts';

/** Every key of the product starts with this, so that it can share a Redis and be counted or removed as a whole. */
export const KEY_PREFIX = 'switchyard';

/** A BullMQ queue's name: the braces are a hash tag, so that all keys of one queue lie in one slot of a cluster. */
export const bullQueueName = (queue: QueueName): string => `{${queue}}`;
/** What every key of a queue starts with. */
export const queueBase = (queue: QueueName): string => `${KEY_PREFIX}:${bullQueueName(queue)}:`;

/** Derived, so that adding the same step of a request twice is one job. No `:`, which BullMQ keeps for itself. */
export const jobIdOf = (requestId: string, queue: QueueName, hop: number): string => `${requestId}.${queue}.${hop}`;

/**
 * Conversations are spread over this many partitions, each one hash tag. A conversation, its requests and their
 * deadlines lie in one, so that a request begins and ends in one step also on a cluster. The number is part of what is
 * stored: changing it strands what is open.
 */
export const PARTITIONS = 32;

/** What every key of a partition starts with. */
export const partitionBase = (partition: number): string => `${KEY_PREFIX}:{p${String(partition).padStart(2, '0')}}:`;
export const allPartitions: readonly string[] = Array.from({ length: PARTITIONS }, (_, partition) => partitionBase(partition));

const partitionOf = (text: string): number => crc32(text) % PARTITIONS;

/** A new id for a request of the conversation, a UUID of version 7 whose last byte names the conversation's partition. */
export const newRequestId = (tenant: string, conversationId: string): string => inPartition(v7(), tenant, conversationId);

/** The id, moved into the partition of the conversation. */
export function inPartition(uuid: string, tenant: string, conversationId: string): string {
  return `${uuid.slice(0, -2)}${partitionOf(`${tenant}\0${conversationId}`).toString(16).padStart(2, '0')}`;
}

/** The partition that a request lies in, by its id alone. */
export function baseOfRequest(requestId: string): string {
  const last = /[0-9a-f]{2}$/.exec(requestId)?.[0];
  return partitionBase(last === undefined ? partitionOf(requestId) : Number.parseInt(last, 16) % PARTITIONS);
}

export const requestKey = (requestId: string): string => `${baseOfRequest(requestId)}req:${requestId}`;

/** The cloud calls of a request, beside it. */
export const cloudCallsKey = (requestId: string): string => `${baseOfRequest(requestId)}calls:${requestId}`;

/** A conversation's name within its partition. Clients choose it and may put a person's name into it, so keys hold its hash. */
export const conversationSuffix = (tenant: string, conversationId: string): string => `${tenant}:${digest(conversationId)}`;
/** The partition of a conversation; its requests lie there, too. */
export const baseOfConversation = (tenant: string, conversationId: string): string => partitionBase(partitionOf(`${tenant}\0${conversationId}`));

export const conversationKey = (tenant: string, conversationId: string): string => `${baseOfConversation(tenant, conversationId)}conv:${conversationSuffix(tenant, conversationId)}`;

/** Which placeholder stands for which value of a conversation: in its partition, and apart from its state, so that it can be watched and removed alone. */
export const pseudonymsKey = (tenant: string, conversationId: string): string => `${baseOfConversation(tenant, conversationId)}pseudonyms:${conversationSuffix(tenant, conversationId)}`;

/** An idempotency key of a client's, in a partition of its own: the conversation of a repeat is not known yet. */
export const idempotencyKey = (tenant: string, key: string): string => `${partitionBase(partitionOf(`${tenant}\0${key}`))}idem:${tenant}:${digest(key)}`;

/** What is kept of a tenant's answers, in one slot: the state of its knowledge, boxes by name, names by age, bytes in all. */
export const answerCacheKeys = (tenant: string): [knowledge: string, boxes: string, ages: string, bytes: string] => {
  const base = `${KEY_PREFIX}:{cache:${tenant}}:`;
  return [`${base}knowledge`, `${base}boxes`, `${base}ages`, `${base}bytes`];
};

/** Answers of the expert that people decide on, in one slot: facts and boxes by id, those that wait and those that are approved by their expiry. */
export const reviewKeys = (tenant: string): [facts: string, boxes: string, waiting: string, approved: string] => {
  const base = `${KEY_PREFIX}:{reviews:${tenant}}:`;
  return [`${base}facts`, `${base}boxes`, `${base}waiting`, `${base}approved`];
};

export const replyStreamOf = (instance: string): string => `${KEY_PREFIX}:replies:${instance}`;
export const AUDIT_STREAM = `${KEY_PREFIX}:audit`;
export const CANCEL_CHANNEL = `${KEY_PREFIX}:cancel`;
export const availabilityKey = (name: string): string => `${KEY_PREFIX}:available:${name}`;

/** Hashes of the names that were asked for of late: a request's conversation is named half a dozen times on its way. */
const digests = new Map<string, string>();
const MOST_DIGESTS = 10_000;

function digest(text: string): string {
  const known = digests.get(text);
  if (known !== undefined) return known;
  const hashed = hash('sha256', text, 'base64url');
  if (digests.size >= MOST_DIGESTS) digests.clear();
  digests.set(text, hashed);
  return hashed;
}
