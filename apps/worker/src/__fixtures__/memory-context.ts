import { AnswerJob, ENVELOPE_VERSION, emptyTrail, type ConversationState, type Decision, type FlowState, type JobContext, type JobContract, type JobInput, type ReplyDraft, type Turn } from '@switchyard/contracts';

/** A job context that keeps everything in memory: what was replied, forwarded and recorded can be looked at. */
export interface MemoryContext extends JobContext {
  readonly replies: ReplyDraft[];
  readonly forwarded: { readonly kind: string; readonly body: object; readonly trail: object | undefined }[];
  readonly recorded: { readonly step: string; readonly facts: Record<string, unknown> }[];
  readonly deltas: string[];
  readonly decisions: Decision[];
}

export interface MemoryOptions {
  readonly flow?: FlowState | undefined;
  /** What was said before, oldest first. */
  readonly turns?: readonly Turn[];
  readonly attempt?: number;
  readonly signal?: AbortSignal;
}

export function memoryContext({ flow, turns = [], attempt = 1, signal = new AbortController().signal }: MemoryOptions = {}): MemoryContext {
  let now = 1_000;
  const context: MemoryContext = {
    replies: [],
    forwarded: [],
    recorded: [],
    deltas: [],
    decisions: [],
    attempt,
    signal,
    now: () => (now += 5),
    timeLeftMs: () => 10_000,
    conversation: (): Promise<ConversationState> => Promise.resolve({ turns: [...turns], ...(flow ? { flow } : {}) }),
    forward: (contract: JobContract, onward) => {
      context.forwarded.push({ kind: contract.kind, body: contract.body.parse(onward.body) as object, trail: onward.trail });
      return Promise.resolve();
    },
    reply: (draft) => Promise.resolve(context.replies.push(draft) === 1),
    decided: (decision) => void context.decisions.push(decision),
    delta: (text) => void context.deltas.push(text),
    record: (step, facts) => void context.recorded.push({ step, facts }),
  };
  return context;
}

export interface JobOptions {
  readonly requestId?: string;
  readonly body?: Partial<JobInput<typeof AnswerJob>['body']>;
  readonly private: Partial<JobInput<typeof AnswerJob>['private']> & { text: string };
}

export function answerJob({ requestId = 'req1', body, private: own }: JobOptions): JobInput<typeof AnswerJob> {
  return {
    envelope: {
      v: ENVELOPE_VERSION,
      kind: AnswerJob.kind,
      requestId,
      tenant: 'demo',
      conversationId: 'c1',
      lane: 'interactive',
      acceptedAt: 0,
      deadlineAt: 20_000,
      replyTo: 'gateway-1',
      siteVersion: 'v1',
      hop: 1,
      trail: emptyTrail(),
      body: {},
      sealed: { key: 'k', nonce: 'n', box: '' },
    },
    body: AnswerJob.body.parse({ mode: 'flow', replyLanguage: 'zh', slotNames: Object.keys(own.slots ?? {}), ...body }),
    private: AnswerJob.private.parse({ slots: {}, turns: [], ...own }),
  };
}
