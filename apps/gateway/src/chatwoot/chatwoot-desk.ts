import { DeliverJob } from '@switchyard/contracts';
import { chatwootConversationId, type HumanTakeover, type MeshClient } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { boundDeadline } from '../ask/ask.js';
import { readText } from '../ask/read-text.js';
import type { Submission } from '../ask/submission.js';
import type { ChatwootCaller } from './authenticate-chatwoot.js';
import type { ChatwootMatter } from './read-chatwoot-event.js';

/** Until a delivery that no request's end has made is given up; its attempts end long before. */
const DELIVERY_MS = 86_400_000;

export interface Settled {
  readonly handled: ChatwootMatter['kind'];
  /** The request that a customer's message became. */
  readonly requestId?: string;
}

/** Carries out what Chatwoot tells: messages become requests, and agents silence and wake the mesh. All of it may be told twice. */
export class ChatwootDesk {
  constructor(
    private readonly submission: Pick<Submission, 'submit'>,
    private readonly takeover: Pick<HumanTakeover, 'takeOver' | 'giveBack'>,
    private readonly client: Pick<MeshClient, 'emit'>,
    private readonly site: Pick<Site, 'settings'>,
    private readonly now: () => number,
  ) {}

  /** @throws MeshError as `Submission.submit` does, TEXT_TOO_LONG, or QUEUE_UNAVAILABLE; Chatwoot then gives the conversation to an agent */
  async settle(caller: ChatwootCaller, matter: ChatwootMatter): Promise<Settled> {
    if (matter.kind === 'ignored') return { handled: 'ignored' };
    const { tenant, chatwoot } = caller;
    const conversationId = chatwootConversationId({ account: chatwoot.account, conversation: matter.conversation });
    if (matter.kind === 'taken') await this.takeover.takeOver(tenant.id, conversationId);
    if (matter.kind === 'given_back') await this.takeover.giveBack(tenant.id, conversationId);
    if (matter.kind === 'unreadable') await this.leaveToAgents(tenant.id, conversationId);
    if (matter.kind === 'asked') return { handled: 'asked', requestId: await this.ask(caller, matter, conversationId) };
    return { handled: matter.kind };
  }

  private async ask({ tenant, chatwoot }: ChatwootCaller, { messageId, text, isWithPerson }: Extract<ChatwootMatter, { kind: 'asked' }>, conversationId: string): Promise<string> {
    // Its own word for it may be late; what the customer says is kept, and nobody answers.
    if (isWithPerson) await this.takeover.takeOver(tenant.id, conversationId);
    const { view } = await this.submission.submit({ tenant, keyId: 'chatwoot', scopes: ['ask'] }, {
      source: 'chatwoot',
      text: readText(text, 'content'),
      turns: [],
      conversationId,
      lane: 'interactive',
      deadlineMs: boundDeadline(undefined, this.site.settings.deadline),
      // A message that is told twice is one request. No client can take the key: those hold no space.
      idempotency: { key: `chatwoot ${chatwoot.account} ${messageId}`, content: '' },
    });
    return view.requestId;
  }

  /** The mesh cannot answer what it cannot read. Told twice it is opened twice, which is once. */
  private async leaveToAgents(tenant: string, conversationId: string): Promise<void> {
    const language = this.site.settings.defaultLanguage;
    await this.client.emit(DeliverJob, { tenant, body: { delivery: 'chatwoot.open', subject: 'none', conversationId, at: this.now(), language }, private: {}, timeoutMs: DELIVERY_MS });
  }
}
