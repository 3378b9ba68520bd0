import type { DeliverJob, JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { readChatwootConversation } from '@switchyard/queue';
import type { IntentDefinition } from '@switchyard/site';
import { createGuardedFetch, type GuardedFetch } from '@switchyard/tools/guarded-fetch';
import { chatwootCall } from './chatwoot-call.js';
import type { ChatwootTarget, DeliveryTargets, Endpoint, WebhookTarget } from './delivery-targets.js';
import { handOverEvent, handOverEventId } from './hand-over-event.js';
import { DeliveryError, GONE, sendOnce, type Parcel } from './send-once.js';
import { signWebhook } from './sign-webhook.js';

type Job = JobInput<typeof DeliverJob>;

/** A receiver may mend what is wrong with it while it is tried again: only 410 says that it will not. */
const NOTHING_ELSE_IS_FINAL: ReadonlySet<number> = new Set();
/** No such conversation, or one that takes no such message: it will be no other in an hour. */
const FINAL_AT_CHATWOOT: ReadonlySet<number> = new Set([404, 422]);

/** Tells people outside the mesh what the end of a request left for them. */
export class Deliverer {
  private readonly fetches = new Map<Endpoint['reach'], GuardedFetch>();
  /** Endpoints that want nothing more, until the process starts anew. */
  private readonly gone = new Set<string>();

  constructor(
    private readonly targets: ReadonlyMap<string, DeliveryTargets>,
    private readonly intents: readonly IntentDefinition[],
  ) {}

  /**
   * One attempt. @param nowMs by Redis' clock
   * @returns the status of the answer
   * @throws MeshError DELIVERY_FAILED where it is to be tried again, DELIVERY_REFUSED where it is not; or the signal's reason
   */
  async deliver(job: Job, nowMs: number, signal: AbortSignal): Promise<number> {
    const { delivery } = job.body;
    const { webhook, chatwoot } = this.targets.get(job.envelope.tenant) ?? {};
    const target = delivery === 'webhook.handed_over' ? webhook : chatwoot;
    if (!target) throw new MeshError('DELIVERY_REFUSED', 'the site names no such endpoint any more');
    if (this.gone.has(target.url)) throw new MeshError('DELIVERY_REFUSED', `the endpoint is gone (${GONE}); it is asked again after a restart`);
    const parcel = delivery === 'webhook.handed_over' ? this.toWebhook(job, target as WebhookTarget, nowMs) : this.toChatwoot(job, delivery, target as ChatwootTarget);
    try {
      return await sendOnce(this.fetchFor(target), parcel, signal);
    } catch (error) {
      if (error instanceof DeliveryError && error.status === GONE) this.gone.add(target.url);
      throw error;
    }
  }

  private toWebhook(job: Job, { url, key, timeoutMs }: WebhookTarget, nowMs: number): Parcel {
    const body = JSON.stringify(handOverEvent(job, this.intents));
    return { url, body, headers: signWebhook(key, handOverEventId(job), body, nowMs), timeoutMs, final: NOTHING_ELSE_IS_FINAL };
  }

  private toChatwoot(job: Job, delivery: Parameters<typeof chatwootCall>[0], { url, token, timeoutMs }: ChatwootTarget): Parcel {
    const conversation = readChatwootConversation(job.body.conversationId);
    if (!conversation) throw new MeshError('DELIVERY_REFUSED', 'the conversation is none of Chatwoot');
    const { path, body } = chatwootCall(delivery, job, conversation, this.intents);
    return { url: `${url}${path}`, body: JSON.stringify(body), headers: { api_access_token: token }, timeoutMs, final: FINAL_AT_CHATWOOT };
  }

  private fetchFor({ reach }: Endpoint): GuardedFetch {
    const known = this.fetches.get(reach) ?? createGuardedFetch(reach);
    this.fetches.set(reach, known);
    return known;
  }
}
