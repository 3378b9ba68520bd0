import { ENVELOPE_VERSION, emptyTrail, type Envelope, type JobContext, type JobContract, type JobInput, type ReplyDraft } from '@switchyard/contracts';

/** A job context that keeps everything in memory: what was replied, forwarded and recorded can be looked at. */
export interface MemoryContext extends JobContext {
  readonly replies: ReplyDraft[];
  readonly forwarded: { readonly kind: string; readonly private: object }[];
  readonly recorded: { readonly step: string; readonly facts: Record<string, unknown> }[];
}

export function memoryContext(attempt = 1): MemoryContext {
  const context: MemoryContext = {
    replies: [],
    forwarded: [],
    recorded: [],
    attempt,
    signal: new AbortController().signal,
    now: () => 1_000,
    timeLeftMs: () => 10_000,
    conversation: () => Promise.resolve({ turns: [] }),
    forward: (contract: JobContract, onward) => {
      context.forwarded.push({ kind: contract.kind, private: contract.private.parse(onward.private) as object });
      return Promise.resolve();
    },
    reply: (draft) => Promise.resolve(context.replies.push(draft) === 1),
    decided: () => undefined,
    delta: () => undefined,
    record: (step, facts) => void context.recorded.push({ step, facts }),
  };
  return context;
}

/** A job as a handler gets it. */
export function jobOf<J extends JobContract>(contract: J, body: object, own: object, tenant = 'demo'): JobInput<J> {
  const envelope: Envelope = {
    v: ENVELOPE_VERSION,
    kind: contract.kind,
    requestId: 'req1',
    tenant,
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
  };
  return { envelope, body: contract.body.parse(body), private: contract.private.parse(own) } as JobInput<J>;
}
