import { createHash } from 'node:crypto';
import { Sealed } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { MeshSite } from '../boot/mesh-site.js';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { reviewKeys } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import { ReviewFacts, ReviewText, type Review, type ReviewDraft, type ReviewState } from './review.js';
import { decideScript, offerScript } from './review-scripts.js';

/** Whose question, in what language it is answered, and the question in its canonical form. */
export interface ReviewPlace {
  readonly tenant: string;
  readonly language: string;
  readonly ask: string;
}

/** What is known of a question: the id under which an answer may be offered, or the answer that a person has approved. */
export interface FoundReview {
  readonly id?: string;
  readonly approved?: Review;
}

const DAY_MS = 86_400_000;
type Bounds = NonNullable<NonNullable<MeshSite['settings']['tenants']>[number]['reviews']>;

/** 96 bits of a keyed fingerprint: an id that is safe in a path, in a shell and as the name of a site's answer. */
const idOf = (fingerprint: string): string => createHash('sha256').update(fingerprint).digest('hex').slice(0, 24);
const boundTo = (tenant: string, id: string): string => `review\0${tenant}\0${id}`;

/**
 * Answers of the expert that people decide on, each tenant's apart, for the tenants whose site has them reviewed. A question
 * has one: what waits is offered once, what was rejected is not offered again before it expires, what was approved is given
 * to whoever asks the same. Question and answer are sealed, the box bound to its tenant and its id.
 */
export class Reviews {
  private readonly bounds: ReadonlyMap<string, Bounds>;

  constructor(
    private readonly redis: RedisConnection,
    private readonly sealer: Sealer,
    private readonly clock: Pick<RedisClock, 'now'>,
    tenants: MeshSite['settings']['tenants'] = [],
  ) {
    this.bounds = new Map(tenants.flatMap(({ id, reviews }) => (reviews ? [[id, reviews] as const] : [])));
  }

  /** Whether answers for the tenant are reviewed. */
  isFor(tenant: string): boolean {
    return this.bounds.has(tenant);
  }

  /** @throws MeshError QUEUE_UNAVAILABLE */
  async find({ tenant, language, ask }: ReviewPlace): Promise<FoundReview> {
    const ids = this.sealer.fingerprints(JSON.stringify(['review', tenant, language, ask])).map(idOf);
    const [facts] = reviewKeys(tenant);
    const known = await asQueueError(this.redis.hmget(facts, ...ids));
    const at = known.findIndex((one) => this.read(one) !== undefined);
    const [id, found] = [ids[Math.max(0, at)] ?? '', this.read(known[at])];
    if (!found || found.state === 'pending') return { id };
    if (found.state === 'rejected') return {};
    const approved = await this.get(tenant, id);
    return approved?.state === 'approved' ? { approved } : {};
  }

  /**
   * Offers the answer of a request, under the id in its trail. `false`: it has none, or something waits or was decided there.
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  async offer(request: { readonly requestId: string; readonly conversationId: string; readonly tenant: string; readonly trail: { readonly review?: string | undefined } }, { language, model, question, text, citations }: ReviewDraft): Promise<boolean> {
    const { requestId, conversationId, tenant, trail: { review: id } } = request;
    const bounds = this.bounds.get(tenant);
    if (id === undefined || !bounds) return false;
    const offeredAt = this.clock.now();
    const expiresAt = Math.round(offeredAt + bounds.pendingDays * DAY_MS);
    const facts: ReviewFacts = { state: 'pending', requestId, conversationId, language, model, offeredAt, expiresAt, times: 1 };
    return (await asQueueError(offerScript.run(this.redis, reviewKeys(tenant), [offeredAt, id, JSON.stringify(facts), this.seal(tenant, id, { question, text, citations }), expiresAt, bounds.most]))) === 1;
  }

  /** Those of a state, the ones that were asked for most often first, then the latest. @throws MeshError QUEUE_UNAVAILABLE */
  async list(tenant: string, limit: number, state: ReviewState = 'pending'): Promise<Review[]> {
    const [factsKey, boxes] = reviewKeys(tenant);
    const all = Object.entries(await asQueueError(this.redis.hgetall(factsKey)));
    const wanted = all
      .flatMap(([id, written]): [string, ReviewFacts][] => {
        const facts = this.read(written);
        return facts?.state === state ? [[id, facts]] : [];
      })
      .toSorted(([, one], [, other]) => other.times - one.times || other.offeredAt - one.offeredAt)
      .slice(0, limit);
    if (wanted.length === 0) return [];
    const found = await asQueueError(this.redis.hmget(boxes, ...wanted.map(([id]) => id)));
    return wanted.flatMap(([id, facts], at): Review[] => {
      const text = this.open(tenant, id, found[at]);
      return text ? [{ id, ...facts, ...text }] : [];
    });
  }

  /** @throws MeshError QUEUE_UNAVAILABLE */
  async get(tenant: string, id: string): Promise<Review | undefined> {
    const [factsKey, boxes] = reviewKeys(tenant);
    const [written, box] = await asQueueError(Promise.all([this.redis.hget(factsKey, id), this.redis.hget(boxes, id)]));
    const [facts, text] = [this.read(written), this.open(tenant, id, box)];
    return facts && text ? { id, ...facts, ...text } : undefined;
  }

  /**
   * From now on the question is answered with it, or with `edited`, what a person made of it.
   * @throws MeshError REVIEWS_FULL where as many are approved as the site allows, QUEUE_UNAVAILABLE
   */
  async approve(tenant: string, id: string, by: string, edited?: string): Promise<Review | undefined> {
    const before = await this.get(tenant, id);
    if (!before) return undefined;
    const { question } = before;
    // What a person wrote rests on what they know, no longer on the passages.
    const box = edited === undefined || edited === before.text ? '' : this.seal(tenant, id, { question, text: edited, citations: [] });
    return this.decide(tenant, id, 'approved', by, box);
  }

  /** It is not given, or not any more, and not offered again before it expires. @throws MeshError QUEUE_UNAVAILABLE */
  async reject(tenant: string, id: string, by: string): Promise<Review | undefined> {
    return this.decide(tenant, id, 'rejected', by, '');
  }

  private async decide(tenant: string, id: string, state: 'approved' | 'rejected', by: string, box: string): Promise<Review | undefined> {
    const bounds = this.bounds.get(tenant);
    if (!bounds) return undefined;
    const now = this.clock.now();
    const expiresAt = Math.round(now + (state === 'approved' ? bounds.approvedDays : bounds.pendingDays) * DAY_MS);
    const came = await asQueueError(decideScript.run(this.redis, reviewKeys(tenant), [now, id, state, by, expiresAt, bounds.most, box]));
    if (came === 'full') throw new MeshError('REVIEWS_FULL', `${bounds.most} answers are approved, as many as reviews.most of the tenant ${tenant} allows`);
    return came === 'done' ? this.get(tenant, id) : undefined;
  }

  private seal(tenant: string, id: string, text: ReviewText): string {
    return JSON.stringify(this.sealer.seal(text, boundTo(tenant, id)));
  }

  /** Undefined for what is not there, cannot be read, or has expired. */
  private read(written: string | null | undefined): ReviewFacts | undefined {
    if (!written) return undefined;
    const facts = ReviewFacts.safeParse(JSON.parse(written));
    return facts.success && facts.data.expiresAt > this.clock.now() ? facts.data : undefined;
  }

  /** Undefined for what does not open: sealed with a key that is gone, or not written by this mesh. */
  private open(tenant: string, id: string, box: string | null | undefined): ReviewText | undefined {
    if (!box) return undefined;
    try {
      return ReviewText.parse(this.sealer.open(Sealed.parse(JSON.parse(box)), boundTo(tenant, id)));
    } catch {
      return undefined;
    }
  }
}
