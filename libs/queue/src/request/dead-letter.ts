import type { Job } from 'bullmq';
import type { QueueName } from '@switchyard/contracts';
import { isErrorCode, type ErrorCode } from '@switchyard/errors';

/** A job that failed for good. Ids, names and numbers only. */
export interface DeadLetter {
  readonly id: string;
  readonly queue: QueueName;
  readonly kind: string;
  readonly requestId: string;
  readonly tenant: string;
  readonly code: ErrorCode;
  readonly detail: string;
  /** Tries that failed. */
  readonly attempts: number;
  /** Workers that were lost while they had it. */
  readonly lostWorkers: number;
  /** Milliseconds since 1970. */
  readonly enqueuedAt: number;
  readonly failedAt: number;
  /** Bytes of the job as it is stored. */
  readonly bytes: number;
}

export function letterOf(queue: QueueName, job: Job): DeadLetter {
  const { requestId, tenant } = (job.data ?? {}) as { requestId?: unknown; tenant?: unknown };
  const [, code = '', detail = ''] = /^([A-Z_]+): ([\s\S]*)$/.exec(job.failedReason ?? '') ?? [];
  return {
    id: job.id ?? '',
    queue,
    kind: job.name,
    requestId: typeof requestId === 'string' ? requestId : '',
    tenant: typeof tenant === 'string' ? tenant : '',
    code: isErrorCode(code) ? code : 'INTERNAL',
    // A reason without a code of ours was not written by us, so it may hold anything.
    detail: isErrorCode(code) ? detail : '',
    attempts: job.attemptsMade,
    lostWorkers: Math.max(0, job.attemptsStarted - job.attemptsMade),
    enqueuedAt: job.timestamp,
    failedAt: job.finishedOn ?? 0,
    bytes: Buffer.byteLength(JSON.stringify(job.data ?? null)),
  };
}
