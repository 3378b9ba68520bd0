import { AnswerJob, emptyTrail, type JobInput } from '@switchyard/contracts';
import { jobOf } from '@switchyard/testing';

export interface AnswerJobOptions {
  readonly requestId?: string;
  readonly tenant?: string;
  /** Label that the dispatcher has recognised. */
  readonly intent?: string;
  readonly body?: Partial<JobInput<typeof AnswerJob>['body']>;
  readonly private: Partial<JobInput<typeof AnswerJob>['private']> & { text: string };
}

/** A message for the worker; by default it goes on with the open flow, in Chinese. */
export function answerJob({ requestId = 'req1', tenant = 'demo', intent, body, private: own }: AnswerJobOptions): JobInput<typeof AnswerJob> {
  return jobOf(AnswerJob, { mode: 'flow', replyLanguage: 'zh', slotNames: Object.keys(own.slots ?? {}), ...body }, { slots: {}, turns: [], ...own }, { requestId, tenant, trail: { ...emptyTrail(), ...(intent === undefined ? {} : { intent: { label: intent, confidence: 0.9, source: 'model' } }) } });
}
