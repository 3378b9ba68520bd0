import { AnswerJob } from '@switchyard/contracts';
import { Chance, waitFor } from '@switchyard/testing';
import type { OpenedFrame } from '../reply/opened-frame.js';
import { DeadlineSweeper } from '../request/deadline-sweeper.js';
import type { Script } from './scripted-tiers.js';
import type { Gateway, TestMesh } from './test-mesh.js';

interface Accepted {
  readonly requestId: string;
  readonly text: string;
  /** When the client was told, by this machine's monotonic clock. */
  readonly at: number;
  readonly frames: readonly OpenedFrame[];
}

/** What became of all that was accepted. */
export interface Account {
  readonly accepted: number;
  readonly refused: number;
  readonly answered: number;
  /** Ended in another outcome, by name. */
  readonly otherwise: readonly string[];
  /** Accepted, and not to be found any more. */
  readonly lost: readonly Accepted[];
  /** Told two different ends, on the stream or there and in the store; or two handlers were told that theirs is the end. */
  readonly twice: readonly string[];
  /** The longest time in which nothing was accepted. */
  readonly gapMs: number;
  /** The longest time that a refusal took. */
  readonly slowestRefusalMs: number;
}

export interface FlowOptions {
  readonly seed: number;
  readonly perSecond?: number;
  readonly deadlineMs?: number;
  /** How long to wait in the end for what was accepted to have its end. */
  readonly patienceMs?: number;
}

/** A tier for the first step and one for the second, a gateway that asks steadily, and faults meanwhile. @returns the books */
export async function underFlow(test: TestMesh, options: FlowOptions, during: (flow: SteadyFlow, gateway: Gateway) => Promise<void>): Promise<Account> {
  const chance = new Chance(options.seed);
  const ends = new Map<string, number>();
  const work = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40 * chance.next()));
  const script: Script = {
    dispatch: async (job, context) => {
      await work();
      await context.forward(AnswerJob, { body: { mode: 'model', replyLanguage: 'en', slotNames: [] }, private: { text: job.private.text, slots: {}, turns: [] } });
    },
    answer: async (job, context) => {
      const text = `answered: ${job.private.text}`;
      context.delta(text);
      await work();
      const { requestId } = job.envelope;
      if (await context.reply({ outcome: 'answered', tier: 'worker', text })) ends.set(requestId, (ends.get(requestId) ?? 0) + 1);
    },
  };
  for (const queue of ['dispatch', 'worker'] as const) await test.tier(script, { queues: [queue] });
  const gateway = await test.gateway();
  const { redis, store, endings } = gateway.mesh;
  const sweeper = new DeadlineSweeper(redis, store, endings);
  sweeper.start();
  const flow = new SteadyFlow(gateway, ends, options);
  await waitFor(() => flow.accepted.length >= 60, 10_000);
  await during(flow, gateway);
  await flow.stop();
  // What does not end in time is in the books.
  await waitFor(async () => (await flow.countOpen()) === 0, options.patienceMs ?? 30_000).catch(() => undefined);
  await sweeper.stop();
  return flow.account();
}

/** As `underFlow`, where the jobs' Redis crashes and comes back. `answersAfterMs`: what both tiers needed from then on to do a new request. */
export async function outage(test: TestMesh, options: FlowOptions, redis: { crash(): Promise<void>; restart(): Promise<void> }, last: (since: number) => Promise<void>): Promise<{ readonly account: Account; readonly answersAfterMs: number }> {
  let answersAfterMs = Number.POSITIVE_INFINITY;
  const account = await underFlow(test, options, async (flow, { mesh }) => {
    await redis.crash();
    await last(performance.now());
    await redis.restart();
    const [upAt, before] = [performance.now(), flow.accepted.length];
    await waitFor(() => flow.accepted.length > before, 10_000);
    const first = flow.accepted[before]?.requestId ?? '';
    await waitFor(async () => (await mesh.requests.get('demo', first))?.outcome === 'answered', 20_000);
    answersAfterMs = Math.round(performance.now() - upAt);
    await waitFor(() => flow.accepted.length > before + 60, 10_000);
  });
  return { account, answersAfterMs };
}

/** Asks a gateway at a steady rate, whatever becomes of it, and keeps the books: who was accepted, and what was said to whom. */
export class SteadyFlow {
  readonly accepted: Accepted[] = [];
  readonly refusals: { readonly at: number; readonly tookMs: number; readonly code: unknown }[] = [];
  private readonly asking = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private readonly startedAt = performance.now();
  private endedAt = Number.POSITIVE_INFINITY;
  private count = 0;

  constructor(
    private readonly gateway: Gateway,
    /** How often a handler was told that its answer is the end, by request. */
    private readonly ends: ReadonlyMap<string, number>,
    { perSecond = 30, deadlineMs = 90_000 }: { readonly perSecond?: number; readonly deadlineMs?: number } = {},
  ) {
    this.timer = setInterval(() => {
      const asked = this.ask(deadlineMs);
      this.asking.add(asked);
      void asked.then(() => this.asking.delete(asked));
    }, 1_000 / perSecond);
  }

  /** Asks no more, and waits until the gateway has said of each request whether it took it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.asking);
    this.endedAt = performance.now();
  }

  /** How many accepted requests still wait for their end; one that is gone waits no more. */
  async countOpen(): Promise<number> {
    const isOpen = await Promise.all(this.accepted.map(({ requestId }) => this.gateway.mesh.requests.get('demo', requestId).then((stored) => stored !== undefined && stored.outcome === undefined, () => true)));
    return isOpen.filter(Boolean).length;
  }

  /** To be asked for when all has come to rest. */
  async account(): Promise<Account> {
    const otherwise: string[] = [];
    const lost: Accepted[] = [];
    const twice: string[] = [];
    for (const one of this.accepted) {
      const stored = await this.gateway.mesh.requests.get('demo', one.requestId);
      if (!stored) lost.push(one);
      if (stored && !stored.reply) otherwise.push('still open');
      if (!stored?.reply) continue;
      if (stored.outcome !== 'answered' || stored.reply.text !== `answered: ${one.text}`) otherwise.push(stored.reply.error?.code ?? String(stored.outcome));
      const ends = new Set([JSON.stringify(stored.reply), ...one.frames.flatMap((frame) => (frame.kind === 'reply' ? [JSON.stringify(frame.reply)] : []))]);
      if (ends.size > 1 || (this.ends.get(one.requestId) ?? 0) > 1) twice.push(one.requestId);
    }
    const times = [this.startedAt, ...this.accepted.map(({ at }) => at).toSorted((one, other) => one - other), this.endedAt];
    return {
      accepted: this.accepted.length,
      refused: this.refusals.length,
      answered: this.accepted.length - lost.length - otherwise.length,
      otherwise,
      lost,
      twice,
      gapMs: Math.round(Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)))),
      slowestRefusalMs: Math.round(Math.max(0, ...this.refusals.map(({ tookMs }) => tookMs))),
    };
  }

  private async ask(deadlineMs: number): Promise<void> {
    const text = `m${(this.count += 1)}`;
    const askedAt = performance.now();
    try {
      const { submitted, frames } = await this.gateway.ask(text, { deadlineMs, conversationId: `c-${text}` });
      this.accepted.push({ requestId: submitted.requestId, text, at: performance.now(), frames });
    } catch (error) {
      const at = performance.now();
      this.refusals.push({ at, tookMs: at - askedAt, code: (error as { code?: unknown }).code });
    }
  }
}

/** The books in one line, for whoever reads the run. */
export function inWords({ accepted, refused, answered, otherwise, lost, twice, gapMs, slowestRefusalMs }: Account): string {
  return `${accepted} accepted, ${answered} answered, ${otherwise.length} ended otherwise${otherwise.length > 0 ? ` (${[...new Set(otherwise)].join(', ')})` : ''}, ${lost.length} lost, ${twice.length} told two ends, ${refused} refused in ${slowestRefusalMs} ms at most, nothing accepted for ${gapMs} ms`;
}
