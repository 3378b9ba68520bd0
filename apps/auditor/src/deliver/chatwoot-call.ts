import type { DeliverJob, DeliveryKind, JobInput } from '@switchyard/contracts';
import type { ChatwootConversation } from '@switchyard/queue';
import type { IntentDefinition } from '@switchyard/site';
import { summariseHandOver } from './summarise-hand-over.js';

type Job = JobInput<typeof DeliverJob>;

export interface ChatwootCall {
  /** Below the address of the Chatwoot. */
  readonly path: string;
  readonly body: object;
}

/**
 * The call of Chatwoot's API that tells an account something (https://developers.chatwoot.com/api-reference): a message to the
 * customer, a note that only agents see, or the conversation's status. An agent bot's token may make these three.
 */
export function chatwootCall(delivery: Exclude<DeliveryKind, 'webhook.handed_over'>, { body, private: known }: Job, { account, conversation }: ChatwootConversation, intents: readonly IntentDefinition[]): ChatwootCall {
  const path = `/api/v1/accounts/${account}/conversations/${conversation}`;
  const message = (content: string, isPrivate: boolean): ChatwootCall => ({ path: `${path}/messages`, body: { content, message_type: 'outgoing', private: isPrivate, content_type: 'text' } });
  if (delivery === 'chatwoot.open') return { path: `${path}/toggle_status`, body: { status: 'open' } };
  if (delivery === 'chatwoot.reply') return message(known.text ?? '', false);
  return message(summariseHandOver({ handOver: known.handOver ?? { intents: [], keywords: [] }, turns: known.turns ?? [], language: body.language, intents }), true);
}
