import { ConsultJob, ENVELOPE_VERSION, emptyTrail, type ConversationState, type JobContext, type JobInput, type ReplyDraft } from '@switchyard/contracts';

/** A job context that keeps everything in memory: what was replied and recorded can be looked at. */
export interface MemoryContext extends JobContext {
  readonly replies: ReplyDraft[];
  readonly recorded: { readonly step: string; readonly facts: Record<string, unknown> }[];
  readonly deltas: string[];
}

export interface MemoryOptions {
  readonly attempt?: number;
  readonly signal?: AbortSignal;
  readonly timeLeftMs?: number;
  readonly nowMs?: number;
  readonly onDelta?: (text: string) => void;
}

export const NOON = Date.parse('2026-03-01T12:00:00Z');

export function memoryContext({ attempt = 1, signal = new AbortController().signal, timeLeftMs = 20_000, nowMs = NOON, onDelta = () => undefined }: MemoryOptions = {}): MemoryContext {
  let now = nowMs;
  const context: MemoryContext = {
    replies: [],
    recorded: [],
    deltas: [],
    attempt,
    signal,
    now: () => (now += 5),
    timeLeftMs: () => timeLeftMs,
    conversation: (): Promise<ConversationState> => Promise.resolve({ turns: [] }),
    forward: () => Promise.reject(new Error('the expert passes nothing on')),
    reply: (draft) => Promise.resolve(context.replies.push(draft) === 1),
    decided: () => undefined,
    delta: (text) => {
      context.deltas.push(text);
      onDelta(text);
    },
    record: (step, facts) => void context.recorded.push({ step, facts }),
  };
  return context;
}

export interface JobOptions {
  readonly requestId?: string;
  readonly tenant?: string;
  readonly language?: 'zh' | 'en';
  readonly private: Partial<JobInput<typeof ConsultJob>['private']> & { text: string };
}

export function consultJob({ requestId = 'req1', tenant = 'demo', language = 'en', private: own }: JobOptions): JobInput<typeof ConsultJob> {
  return {
    envelope: {
      v: ENVELOPE_VERSION,
      kind: ConsultJob.kind,
      requestId,
      tenant,
      conversationId: 'c1',
      lane: 'interactive',
      acceptedAt: 0,
      deadlineAt: NOON + 20_000,
      replyTo: 'gateway-1',
      siteVersion: 'v1',
      hop: 1,
      trail: emptyTrail(),
      body: {},
      sealed: { key: 'k', nonce: 'n', box: '' },
    },
    body: ConsultJob.body.parse({ replyLanguage: language }),
    private: ConsultJob.private.parse({ turns: [], ...own }),
  };
}
