import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Citation, Sealed, type CacheTicket } from '@switchyard/contracts';
import type { MeshSite } from '../boot/mesh-site.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { answerCacheKeys } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import { findScript, forgetScript, keepScript } from './cache-script.js';

/** What is asked, and where: the tenant, what else an answer depends on, and the question in its canonical form. */
export interface CachePlace {
  readonly tenant: string;
  /** All that must be the same for an answer to hold: site version, collection, language … */
  readonly scope: readonly string[];
  readonly ask: string;
}

const Kept = z.looseObject({
  /** The question as it was asked then: whoever gives its answer to another one compares the two first. */
  question: z.string(),
  text: z.string(),
  citations: z.array(Citation),
  requestId: z.string(),
  /** Milliseconds since 1970, Redis' clock. */
  keptAt: z.number(),
});
/** An answer as it was given. */
export type KeptAnswer = z.infer<typeof Kept>;

/** Longer than any request lives, so that a ticket of before a change never fits again. */
const STATE_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Answers that may be given again, each tenant's apart, for the tenants whose site keeps them. Stored sealed, under a keyed
 * fingerprint of tenant, scope and question; the box is bound to the tenant and that name, so that it opens nowhere else.
 * Any change of a tenant's knowledge forgets all of its answers, and an answer that was on its way meanwhile is not kept.
 */
export class AnswerCache {
  private readonly bounds: ReadonlyMap<string, { readonly ttlMs: number; readonly maxBytes: number }>;

  constructor(
    private readonly redis: RedisConnection,
    private readonly sealer: Sealer,
    private readonly clock: Pick<RedisClock, 'now'>,
    tenants: MeshSite['settings']['tenants'] = [],
  ) {
    this.bounds = new Map(tenants.flatMap(({ id, cache }) => (cache ? [[id, { ttlMs: cache.ttlMinutes * MINUTE_MS, maxBytes: cache.maxBytes }] as const] : [])));
  }

  /** Whether the site keeps answers for the tenant. */
  isFor(tenant: string): boolean {
    return this.bounds.has(tenant);
  }

  /**
   * The kept answer, if there is one that is young enough, and the ticket with which the answer of this request may be kept.
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  async find({ tenant, scope, ask }: CachePlace): Promise<{ readonly ticket: CacheTicket; readonly answer?: KeptAnswer }> {
    const names = this.sealer.fingerprints(JSON.stringify([tenant, scope, ask]));
    const found = await asQueueError(findScript.run(this.redis, answerCacheKeys(tenant), names));
    const [knowledge, ...boxes] = z.tuple([z.string()], z.string().nullable()).parse(found);
    const ticket: CacheTicket = { name: names[0] ?? '', knowledge };
    const oldest = this.clock.now() - (this.bounds.get(tenant)?.ttlMs ?? 0);
    for (const [at, box] of boxes.entries()) {
      const answer = box === null ? undefined : this.open(tenant, names[at] ?? '', box);
      if (answer && answer.keptAt > oldest) return { ticket, answer };
    }
    return { ticket };
  }

  /**
   * Keeps the answer of a request, under the ticket in its trail. `false`: it has none, the knowledge has changed since it
   * got it, or the answer is larger than all that may be kept.
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  async keep(request: { readonly requestId: string; readonly tenant: string; readonly trail: { readonly cache?: CacheTicket | undefined } }, answer: Pick<KeptAnswer, 'question' | 'text' | 'citations'>): Promise<boolean> {
    const { requestId, tenant, trail: { cache: ticket } } = request;
    const bounds = this.bounds.get(tenant);
    if (!ticket || !bounds) return false;
    const keptAt = this.clock.now();
    const { question, text, citations } = answer;
    const box = JSON.stringify(this.sealer.seal({ question, text, citations, requestId, keptAt }, boundTo(tenant, ticket.name)));
    return (await asQueueError(keepScript.run(this.redis, answerCacheKeys(tenant), [ticket.knowledge, ticket.name, box, keptAt, bounds.ttlMs, bounds.maxBytes]))) === 1;
  }

  /**
   * To be called before a tenant's knowledge changes and again when it has: before, so that a process that dies in between
   * leaves no old answer; after, so that what was looked up in between is not kept.
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  async forget(tenant: string): Promise<void> {
    if (this.isFor(tenant)) await asQueueError(forgetScript.run(this.redis, answerCacheKeys(tenant), [randomUUID(), STATE_MS]));
  }

  /** Undefined for what does not open: sealed with a key that is gone, or not written by this mesh. */
  private open(tenant: string, name: string, box: string): KeptAnswer | undefined {
    try {
      return Kept.parse(this.sealer.open(Sealed.parse(JSON.parse(box)), boundTo(tenant, name)));
    } catch {
      return undefined;
    }
  }
}

const boundTo = (tenant: string, name: string): string => `cache\0${tenant}\0${name}`;
