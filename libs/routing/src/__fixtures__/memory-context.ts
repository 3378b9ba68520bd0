import type { ConversationState, Decision, Envelope, JobContext, JobContract, Onward, ReplyDraft } from '@switchyard/contracts';
import { emptyTrail } from '@switchyard/contracts';

/** A JobContext that keeps in memory what a handler did with its job. */
export class MemoryContext implements JobContext {
  readonly attempt = 1;
  readonly signal: JobContext['signal'] = new AbortController().signal;
  readonly forwarded: { kind: string; body: unknown; private: unknown; trail: unknown }[] = [];
  readonly replies: ReplyDraft[] = [];
  readonly decisions: Decision[] = [];
  readonly steps: { step: string; facts: Record<string, unknown> }[] = [];

  constructor(private readonly repliedBefore = false) {}

  now(): number {
    return 1_000;
  }
  timeLeftMs(): number {
    return 30_000;
  }
  conversation(): Promise<ConversationState> {
    return Promise.resolve({ turns: [] });
  }
  forward<J extends JobContract>(contract: J, onward: Onward<J>): Promise<void> {
    // What the transport does: a body that does not fit its contract is a bug of the sender.
    this.forwarded.push({ kind: contract.kind, body: contract.body.parse(onward.body), private: contract.private.parse(onward.private), trail: onward.trail });
    return Promise.resolve();
  }
  reply(draft: ReplyDraft): Promise<boolean> {
    this.replies.push(draft);
    return Promise.resolve(!this.repliedBefore);
  }
  decided(decision: Decision): void {
    this.decisions.push(decision);
  }
  delta(): void {}
  record(step: string, facts: Record<string, unknown>): void {
    this.steps.push({ step, facts });
  }
}

export function envelopeOf(changes: Partial<Envelope> = {}): Envelope {
  return {
    v: 1,
    kind: 'dispatch',
    requestId: 'r1',
    tenant: 'demo',
    conversationId: 'c1',
    lane: 'interactive',
    acceptedAt: 0,
    deadlineAt: 30_000,
    replyTo: 'g1',
    siteVersion: 'v',
    hop: 0,
    trail: emptyTrail(),
    body: {},
    sealed: { key: 'k', nonce: 'n', box: '' },
    ...changes,
  };
}
