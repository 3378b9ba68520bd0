import { v5 as derivedId } from 'uuid';
import { DeliverJob, emptyTrail, lastTurns, type DeliveryKind, type HandOver, type Outcome, type ReplyLanguage, type Turn } from '@switchyard/contracts';
import type { MeshSite } from '../boot/mesh-site.js';
import type { Sealer } from '../seal/sealer.js';
import { newJob, type NewJob } from '../store/new-job.js';
import { buildEnvelope } from '../transport/build-envelope.js';
import { readChatwootConversation } from './chatwoot-conversation.js';

/** A request that ends, as far as people outside the mesh are concerned. */
export interface EndedAsk {
  readonly requestId: string;
  readonly tenant: string;
  readonly conversationId: string;
  readonly siteVersion: string;
  readonly traceparent?: string | undefined;
  readonly outcome: Outcome;
  /** What the customer is told; empty: nothing, since somebody else speaks. */
  readonly text: string;
  readonly language: ReplyLanguage;
  /** By Redis' clock. */
  readonly at: number;
  /** Where a person is to take over. */
  readonly handOver?: HandOver | undefined;
  /** The conversation, this message and its reply included. */
  readonly turns: readonly Turn[];
}

/** Derives the id of a delivery from its request. */
const DELIVERED = '2b6f7d0e-9d0c-4b1b-8b57-0a6a4a4f5b3e';
/** Beyond the last attempt: a delivery is to end by its attempts, not by its age. */
const LIFETIME_MS = 7 * 86_400_000;
/** Of the last turns, in UTF-16 code units: a desk shows no more, and the job stays well below what a queue takes. */
const TRANSCRIPT_CHARACTERS = 20_000;

type PeopleOf = NonNullable<NonNullable<MeshSite['settings']['tenants']>[number]['people']>;

/** What the end of a request is to tell people outside the mesh, as jobs that are added in the very step that ends it. */
export class Deliveries {
  private readonly people: ReadonlyMap<string, PeopleOf>;

  constructor(
    site: MeshSite,
    private readonly sealer: Sealer,
  ) {
    this.people = new Map(site.settings.tenants?.flatMap(({ id, people }) => (people ? [[id, people] as const] : [])));
  }

  /** Whether the tenant's people are told anything at all. */
  isFor(tenant: string): boolean {
    return this.people.has(tenant);
  }

  /** None where the request ends without a word, or the tenant has no desk. Ids follow from the request: a repeat makes the same jobs. */
  of(ended: EndedAsk): NewJob[] {
    const people = this.people.get(ended.tenant);
    if (!people || ended.text === '') return [];
    const isHandedOver = ended.outcome === 'handed_over';
    const kinds: DeliveryKind[] = [];
    if (people.webhook && isHandedOver) kinds.push('webhook.handed_over');
    if (people.chatwoot && readChatwootConversation(ended.conversationId)?.account === people.chatwoot.account) {
      kinds.push('chatwoot.reply');
      if (isHandedOver) kinds.push('chatwoot.note', 'chatwoot.open');
    }
    return kinds.map((kind) => this.job(kind, ended));
  }

  private job(delivery: DeliveryKind, ended: EndedAsk): NewJob {
    const { requestId: subject, tenant, conversationId, siteVersion, traceparent, at, language } = ended;
    // An id of its own: what cancels the request, or silences it, is not to stop a delivery that its end has made.
    const requestId = derivedId(`${subject} ${delivery}`, DELIVERED);
    const head = { requestId, tenant, conversationId, siteVersion, traceparent, lane: 'interactive', acceptedAt: at, deadlineAt: at + LIFETIME_MS, replyTo: 'none', hop: 0, trail: emptyTrail() } as const;
    const envelope = buildEnvelope(DeliverJob, head, { body: { delivery, subject, conversationId, at, language }, private: contentOf(delivery, ended) }, this.sealer);
    return newJob(DeliverJob, envelope, { now: at, weight: 1 });
  }
}

function contentOf(delivery: DeliveryKind, { text, handOver, turns }: EndedAsk): { text?: string; handOver?: HandOver; turns?: Turn[] } {
  if (delivery === 'chatwoot.open') return {};
  if (delivery === 'chatwoot.reply') return { text };
  return { ...(handOver === undefined ? {} : { handOver }), turns: lastTurns(turns, TRANSCRIPT_CHARACTERS) };
}
