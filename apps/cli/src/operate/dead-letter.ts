import type { AuditEvent } from '@switchyard/contracts';

/** What the gateway tells of a job that failed for good. */
export interface DeadLetter {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly requestId: string;
  readonly code: string;
  readonly detail: string;
  readonly attempts: number;
  readonly lostWorkers: number;
  readonly failedAt: number;
  readonly bytes: number;
}

export interface OpenedDeadLetter extends DeadLetter {
  readonly conversationId: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly trail: Readonly<Record<string, unknown>>;
  readonly private: { readonly sizes: Readonly<Record<string, number>>; readonly fields?: Readonly<Record<string, unknown>> };
  readonly history: readonly AuditEvent[] | null;
}

export interface RedriveResult {
  readonly redriven: readonly { readonly id: string; readonly requestId: string }[];
  readonly failed: readonly { readonly id: string; readonly code: string }[];
}
