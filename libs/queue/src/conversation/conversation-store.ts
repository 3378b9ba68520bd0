import { z } from 'zod';
import { ConversationState, Sealed, type HandOver, type ReplyDraft } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { RedisConnection } from '../connect/open-redis.js';
import { conversationKey } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import type { Begun } from '../store/begun.js';
import { remember, type Remembering } from './remember.js';

/** A conversation as one request sees it. `revision` guards the commit: 0 where there was none. */
export interface ConversationSnapshot {
  readonly key: string;
  /** How long it is kept once it is silent. */
  readonly ttlMs: number;
  readonly revision: number;
  readonly state: ConversationState;
}

/** What a commit writes, and the revision that it must find. */
export interface ConversationCommit {
  readonly expectedRevision: number;
  /** Sealed, as JSON. */
  readonly box: string;
  readonly ttlMs: number;
}

const Box = z.object({ before: ConversationState, state: ConversationState });
const NOTHING_KNOWN: Remembering = { intents: [], keywordsOf: () => [] };
const empty = (): ConversationState => ({ turns: [] });

/**
 * What the mesh remembers of a conversation: a hash of revision, the request that wrote last, and a sealed box with
 * the state before and after that request. With the state before, a repeated run of a request starts where its
 * first run started, so that it does the same again.
 */
export class ConversationStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly sealer: Sealer,
    /** How long a silent conversation of a tenant is kept. */
    private readonly ttlOf: (tenant: string) => number,
  ) {}

  /** The conversation as it was before this request. `stored`: what was read when the request's step began. */
  snapshot(tenant: string, conversationId: string, requestId: string, stored: Begun['conversation']): ConversationSnapshot {
    const key = conversationKey(tenant, conversationId);
    const ttlMs = this.ttlOf(tenant);
    if (!stored) return { key, ttlMs, revision: 0, state: empty() };
    const opened = this.open(key, stored.box);
    return { key, ttlMs, revision: stored.revision, state: stored.last === requestId ? opened.before : opened.state };
  }

  /** What the mesh noted when it last handed the conversation over; undefined where it has answered since. */
  async handOver(tenant: string, conversationId: string): Promise<HandOver | undefined> {
    return (await this.load(tenant, conversationId, '')).state.handOver;
  }

  /** As `snapshot`, read now. */
  async load(tenant: string, conversationId: string, requestId: string): Promise<ConversationSnapshot> {
    const [revision, last, box] = await this.redis.hmget(conversationKey(tenant, conversationId), 'revision', 'last', 'box');
    return this.snapshot(tenant, conversationId, requestId, revision && box ? { revision: Number(revision), last: last ?? '', box } : undefined);
  }

  /**
   * The commit of a reply: both lines of this turn, and what the draft changes. Without a draft only what the customer
   * said is kept: a person answers, or a newer message took the place of this one. Turns that are too old leave what they
   * asked for.
   */
  commitOf(snapshot: ConversationSnapshot, customerText: string | undefined, draft?: Pick<ReplyDraft, 'text' | 'conversation'>, { intents, keywordsOf }: Remembering = NOTHING_KNOWN): ConversationCommit {
    const { turns, earlier = [], flow, handOver, ...rest } = snapshot.state;
    const said = customerText === undefined ? [] : [{ role: 'customer' as const, text: customerText, ...(intents.length === 0 ? {} : { intents: [...intents] }) }];
    const answered = draft === undefined || draft.text === '' ? [] : [{ role: 'mesh' as const, text: draft.text }];
    const change = draft?.conversation;
    // Of an answer of the mesh there is nothing to take over; in silence it stays, for the person who reads later.
    const nextHandOver = draft === undefined ? handOver : change?.handOver;
    const nextFlow = change?.flow === undefined ? flow : (change.flow ?? undefined);
    const memory = remember([...turns, ...said, ...answered], earlier, keywordsOf);
    const state: ConversationState = {
      ...rest,
      ...(change?.language === undefined ? {} : { language: change.language }),
      ...(nextFlow === undefined ? {} : { flow: nextFlow }),
      ...(nextHandOver === undefined ? {} : { handOver: { intents: [], keywords: [], ...nextHandOver } }),
      turns: memory.turns,
      ...(memory.earlier.length === 0 ? {} : { earlier: memory.earlier }),
    };
    const box = JSON.stringify(this.sealer.seal({ before: snapshot.state, state }, snapshot.key));
    return { expectedRevision: snapshot.revision, box, ttlMs: snapshot.ttlMs };
  }

  private open(key: string, box: string): z.infer<typeof Box> {
    try {
      return Box.parse(this.sealer.open(Sealed.parse(JSON.parse(box)), key));
    } catch (error) {
      // A key that was removed before the conversations sealed with it expired: they begin anew, rather than
      // failing every message for as long as they are kept.
      if (MeshError.is(error) || error instanceof z.ZodError || error instanceof SyntaxError) return { before: empty(), state: empty() };
      throw error;
    }
  }
}
