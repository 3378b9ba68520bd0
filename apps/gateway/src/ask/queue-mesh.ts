import type { Reply } from '@switchyard/contracts';
import type { AuditLog, MeshClient, OpenedFrame, ReplyReader, RequestStore } from '@switchyard/queue';
import { EventQueue } from '../reply/event-queue.js';
import type { Ask } from './ask.js';
import { guessLanguage } from './guess-language.js';
import type { Accepted, Mesh, MeshEvent, RequestIds, RequestView } from './mesh.js';

/**
 * How often the stored reply is looked for besides the stream. It is stored in the same step as it is sent, so this finds
 * only what the stream lost: one that was trimmed, or that belonged to a gateway that is gone. It is told when it is seen
 * for the second time, so that it does not overtake its pieces in a gateway that has much to write.
 */
const LOOK_EVERY_MS = 1_000;

/** The mesh over the queues. */
export class QueueMesh implements Mesh {
  constructor(
    private readonly client: Pick<MeshClient, 'submit'>,
    private readonly store: Pick<RequestStore, 'get' | 'cancel'>,
    private readonly reader: Pick<ReplyReader, 'subscribe' | 'follow'>,
    private readonly audit: Pick<AuditLog, 'record'>,
    private readonly now: () => number,
    private readonly siteVersion: string,
  ) {}

  accept(tenant: string, ask: Ask, ids: RequestIds): Promise<Accepted> {
    return this.#submit(tenant, ask, ids);
  }

  async converse(tenant: string, ask: Ask, ids: RequestIds, signal: AbortSignal): Promise<Accepted & { readonly events: AsyncIterable<MeshEvent> }> {
    const events = new EventQueue<MeshEvent>();
    // Before the request exists, so that nothing can happen to it unheard.
    const release = releaseOn(signal, events, this.reader.subscribe(ids.requestId, (frame) => pass(frame, events)));
    try {
      const accepted = await this.#submit(tenant, ask, ids);
      return { ...accepted, events: this.#until(accepted.view, tenant, events, release) };
    } catch (error) {
      release();
      throw error;
    }
  }

  async find(tenant: string, requestId: string): Promise<RequestView | undefined> {
    return this.store.get(tenant, requestId);
  }

  async cancel(tenant: string, requestId: string): Promise<RequestView | undefined> {
    return this.store.cancel(tenant, requestId);
  }

  async *follow(view: RequestView, tenant: string, options: { readonly afterId?: string; readonly signal: AbortSignal }): AsyncGenerator<MeshEvent, void, undefined> {
    const events = new EventQueue<MeshEvent>();
    const release = releaseOn(options.signal, events, await this.reader.follow(view.replyTo, view.requestId, view.acceptedAt, options.afterId, (frame) => pass(frame, events)));
    // What had ended before the stream was read is all there: nothing more will come by it.
    if (view.reply) events.push({ kind: 'reply', reply: view.reply });
    yield* this.#until(view, tenant, events, release);
  }

  async #submit(tenant: string, ask: Ask, ids: RequestIds): Promise<Accepted> {
    const { source, language, text, turns, metadata } = ask;
    const { created, ...view } = await this.client.submit({
      ...ids,
      tenant,
      lane: ask.lane,
      deadlineMs: ask.deadlineMs,
      body: { source, ...(language === undefined ? {} : { language }) },
      private: { text, turns: [...turns], ...(metadata === undefined ? {} : { metadata }) },
      traceparent: ask.traceparent,
      language: language ?? guessLanguage(text),
    });
    return { view: { ...view, siteVersion: this.siteVersion }, created };
  }

  /** The events up to the reply, which is told once, or up to their end. */
  async *#until(view: RequestView, tenant: string, events: EventQueue<MeshEvent>, release: () => void): AsyncGenerator<MeshEvent, void, undefined> {
    let seen: Reply | undefined;
    const look = async (): Promise<void> => {
      if (seen) events.push({ kind: 'reply', reply: seen });
      // Redis may be away; the next look, or the deadline, ends the wait.
      else seen = (await this.store.get(tenant, view.requestId).catch(() => undefined))?.reply;
    };
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    try {
      for await (const event of events) {
        if (event.kind === 'reply') this.#recordReply(view, tenant, event.reply);
        yield event;
        if (event.kind === 'reply') return;
      }
    } finally {
      clearInterval(timer);
      release();
    }
  }

  #recordReply(view: RequestView, tenant: string, reply: Reply): void {
    const { requestId, conversationId, siteVersion, acceptedAt } = view;
    this.audit.record('gateway', { requestId, tenant, conversationId, siteVersion }, 'replied', { outcome: reply.receipt.outcome, characters: reply.text.length }, { tookMs: Math.max(0, this.now() - acceptedAt) });
  }
}

/**
 * Ends the subscription and the events with the signal: a generator that nobody ever read would not.
 * @returns what does the same earlier
 */
function releaseOn(signal: AbortSignal, events: EventQueue<MeshEvent>, unsubscribe: () => void): () => void {
  const release = (): void => {
    signal.removeEventListener('abort', release);
    unsubscribe();
    events.end();
  };
  signal.addEventListener('abort', release, { once: true });
  if (signal.aborted) release();
  return release;
}

/** A frame of the reply stream as an event; results of calls are none. */
function pass(frame: OpenedFrame, events: EventQueue<MeshEvent>): void {
  if (frame.kind === 'decided') events.push({ kind: 'decided', id: frame.id, epoch: frame.epoch, decision: frame.decision });
  else if (frame.kind === 'delta') events.push({ kind: 'delta', id: frame.id, epoch: frame.epoch, text: frame.text });
  else if (frame.kind === 'reply') events.push({ kind: 'reply', reply: frame.reply });
}
