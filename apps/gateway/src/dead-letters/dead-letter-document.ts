import { AuditEvent, QueueName, Trail } from '@switchyard/contracts';
import { isErrorCode } from '@switchyard/errors';
import type { DeadLetter, OpenedLetter } from '@switchyard/queue';
import { z } from 'zod';
import { named } from '../route.js';

/** A code of the catalogue. */
export const Code = z.string().refine(isErrorCode, 'is no code of the catalogue; /docs lists them');

/** A job that failed for good. */
export const DeadLetterDocument = named(
  'DeadLetter',
  z.object({
    id: z.string(),
    queue: QueueName,
    kind: z.string().describe('What the job was to do.'),
    requestId: z.string().describe('The request that it was a step of, which has its outcome. A call of one tier to another has an id, but no request.'),
    tenant: z.string(),
    code: Code.describe('Why it failed.'),
    detail: z.string(),
    attempts: z.int().describe('Tries that failed.'),
    lostWorkers: z.int().describe('Workers that were lost while they had it.'),
    enqueuedAt: z.int().describe('Milliseconds since 1970, as all times here.'),
    failedAt: z.int(),
    bytes: z.int().describe('The job as it is stored.'),
  }),
);

/** A dead letter with what the job held, and what was recorded of its request. */
export const OpenedDeadLetterDocument = named(
  'OpenedDeadLetter',
  DeadLetterDocument.extend({
    conversationId: z.string(),
    deadlineAt: z.int(),
    body: z.record(z.string(), z.unknown()).describe('The clear part of the job: ids, names and numbers.'),
    trail: Trail.describe('What the tiers had learned.'),
    private: z
      .object({
        sizes: z.record(z.string(), z.int()).describe('By field: its length as JSON, in UTF-16 code units.'),
        fields: z.record(z.string(), z.unknown()).optional().describe('The fields themselves, where they were asked for.'),
      })
      .describe('What the job held of the customer.'),
    history: z.array(AuditEvent).nullable().describe('Every recorded step of the request; null where the auditor did not tell in time.'),
  }),
);
export type OpenedDeadLetterDocument = z.infer<typeof OpenedDeadLetterDocument>;

export const deadLetterDocument = ({ id, queue, kind, requestId, tenant, code, detail, attempts, lostWorkers, enqueuedAt, failedAt, bytes }: DeadLetter): z.infer<typeof DeadLetterDocument> =>
  ({ id, queue, kind, requestId, tenant, code, detail, attempts, lostWorkers, enqueuedAt, failedAt, bytes });

export function openedDocument(opened: OpenedLetter, isRevealed: boolean, history: readonly AuditEvent[] | null): OpenedDeadLetterDocument {
  const { letter, conversationId, deadlineAt, body, trail } = opened;
  return {
    ...deadLetterDocument(letter),
    conversationId,
    deadlineAt,
    body: { ...body },
    trail,
    private: isRevealed ? { sizes: sizesOf(opened.private), fields: { ...opened.private } } : { sizes: opened.private as Record<string, number> },
    history: history && [...history],
  };
}

/** As the queue measures them where it does not give the fields out. */
const sizesOf = (fields: Readonly<Record<string, unknown>>): Record<string, number> => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value ?? null).length]));
