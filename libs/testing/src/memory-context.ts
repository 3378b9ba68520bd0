import type { ConversationState, Decision, FreeJob, HeldOnward, HoldEstimate, HoldVerdict, JobContext, JobContract, Onward, PaidJob, ReplyDraft, Trail } from '@switchyard/contracts';
import type { MeshError } from '@switchyard/errors';

/** How much later every reading of the clock is, so that whatever is measured took some time. */
const TICK_MS = 5;

/** A job that a handler passed on, its parts as their contract parsed them. */
export interface ForwardedJob {
  readonly kind: string;
  readonly body: Record<string, unknown>;
  readonly private: Record<string, unknown>;
  readonly trail: Partial<Trail> | undefined;
}

/** What a handler finds; by default the first run of a job of an empty conversation, with time enough. */
export interface MemoryContextOptions {
  readonly attempt?: number;
  readonly signal?: AbortSignal;
  /** Where the clock starts. */
  readonly nowMs?: number;
  readonly timeLeftMs?: number;
  readonly conversation?: Partial<ConversationState>;
  /** Another writer was first: every reply is dropped. */
  readonly repliedBefore?: boolean;
  /** What holding money comes to; granted by default. */
  readonly holdVerdict?: HoldVerdict | undefined;
  /** Called with every piece of the answer, once it is kept. */
  readonly onDelta?: (text: string) => void;
}

/** A job context that keeps in memory what a handler did with its job, so that judgement is tested without Redis. */
export class MemoryContext implements JobContext {
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly forwarded: ForwardedJob[] = [];
  /** What was to be held for jobs that spend, also where it was refused. */
  readonly held: HoldEstimate[] = [];
  readonly replies: ReplyDraft[] = [];
  readonly decisions: Decision[] = [];
  readonly deltas: string[] = [];
  readonly recorded: { readonly step: string; readonly facts: Record<string, unknown> }[] = [];
  /** How often a handler was about to call a model, also where it was refused. */
  modelCalls = 0;
  /** Set it, and from then on no model may be called: `beforeModelCall` rejects with it. */
  modelCallRefusal: MeshError | undefined;
  readonly #options: MemoryContextOptions;
  #nowMs: number;

  constructor(options: MemoryContextOptions = {}) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? 1_000;
    this.attempt = options.attempt ?? 1;
    this.signal = options.signal ?? new AbortController().signal;
  }

  now(): number {
    return (this.#nowMs += TICK_MS);
  }

  timeLeftMs(): number {
    return this.#options.timeLeftMs ?? 20_000;
  }

  conversation(): Promise<ConversationState> {
    // A copy: nothing that a handler does to it may change what the next one finds.
    return Promise.resolve(structuredClone({ turns: [], ...this.#options.conversation }));
  }

  beforeModelCall(): Promise<void> {
    this.modelCalls += 1;
    return this.modelCallRefusal ? Promise.reject(this.modelCallRefusal) : Promise.resolve();
  }

  async forward<J extends FreeJob>(contract: J, onward: Onward<J>): Promise<void> {
    this.#keep(contract, onward);
  }

  async forwardHeld<J extends PaidJob>(contract: J, onward: HeldOnward<J>): Promise<HoldVerdict> {
    const verdict = this.#options.holdVerdict ?? { granted: true, leftUsd: 1 };
    this.held.push(onward.hold);
    if (verdict.granted) this.#keep(contract, onward);
    return verdict;
  }

  #keep<J extends JobContract>(contract: J, onward: Onward<J>): void {
    // What the transport does: a part that does not fit its contract is a bug of the sender.
    const body = contract.body.parse(onward.body) as Record<string, unknown>;
    const own = contract.private.parse(onward.private) as Record<string, unknown>;
    this.forwarded.push({ kind: contract.kind, body, private: own, trail: onward.trail });
  }

  /** The first reply ends the request, as long as no other writer did. */
  reply(draft: ReplyDraft): Promise<boolean> {
    const isFirst = this.replies.push(draft) === 1;
    return Promise.resolve(isFirst && !this.#options.repliedBefore);
  }

  decided(decision: Decision): void {
    this.decisions.push(decision);
  }

  delta(text: string): void {
    this.deltas.push(text);
    this.#options.onDelta?.(text);
  }

  record(step: string, facts: Record<string, unknown>): void {
    this.recorded.push({ step, facts });
  }
}
