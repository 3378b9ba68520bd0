import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ConversationState, KEPT_TURNS, Sealed, type ReplyDraft } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { conversationKey } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';

/** A conversation as one request sees it. `revision` guards the commit: 0 where there was none. */
export interface ConversationSnapshot {
  readonly key: string;
  readonly revision: number;
  readonly state: ConversationState;
}

/** What a commit writes, and the revision that it must find. */
export interface ConversationCommit {
  readonly key: string;
  readonly expectedRevision: number;
  readonly requestId: string;
  /** Sealed, as JSON. */
  readonly box: string;
  readonly ttlMs: number;
}

const Box = z.object({ before: ConversationState, state: ConversationState });
const empty = (): ConversationState => ({ turns: [] });

/**
 * What the mesh remembers of a conversation: a hash of revision, the request that wrote last, and a sealed box with
 * the state before and after that request. With the state before, a repeated run of a request starts where its
 * first run started, so that it does the same again.
 */
export class ConversationStore {
  constructor(
    private readonly redis: Redis,
    private readonly sealer: Sealer,
    private readonly ttlMs: number,
  ) {}

  /** The conversation as it was before this request. */
  async load(tenant: string, conversationId: string, requestId: string): Promise<ConversationSnapshot> {
    const key = conversationKey(tenant, conversationId);
    const [revision, last, box] = await this.redis.hmget(key, 'revision', 'last', 'box');
    if (!revision || !box) return { key, revision: 0, state: empty() };
    const opened = this.open(key, box);
    return { key, revision: Number(revision), state: last === requestId ? opened.before : opened.state };
  }

  /** The commit of a reply: both lines of this turn, and what the draft changes. */
  commitOf(snapshot: ConversationSnapshot, requestId: string, customerText: string | undefined, draft: ReplyDraft): ConversationCommit {
    const { turns, flow, ...rest } = snapshot.state;
    const said = customerText === undefined ? [] : [{ role: 'customer' as const, text: customerText }];
    const change = draft.conversation;
    const nextFlow = change?.flow === undefined ? flow : (change.flow ?? undefined);
    const state: ConversationState = {
      ...rest,
      ...(change?.language === undefined ? {} : { language: change.language }),
      ...(nextFlow === undefined ? {} : { flow: nextFlow }),
      turns: [...turns, ...said, { role: 'mesh' as const, text: draft.text }].slice(-KEPT_TURNS),
    };
    const box = JSON.stringify(this.sealer.seal({ before: snapshot.state, state }, snapshot.key));
    return { key: snapshot.key, expectedRevision: snapshot.revision, requestId, box, ttlMs: this.ttlMs };
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
