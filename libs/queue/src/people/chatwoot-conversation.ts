/** What the id of a conversation that is held in Chatwoot begins with; clients of the mesh may not name one. */
export const CHATWOOT_PREFIX = 'chatwoot.';

/** A conversation of a Chatwoot account, by the number that its agents see (`display_id`). */
export interface ChatwootConversation {
  readonly account: number;
  readonly conversation: number;
}

export const chatwootConversationId = ({ account, conversation }: ChatwootConversation): string => `${CHATWOOT_PREFIX}${account}.${conversation}`;

/** Undefined for a conversation that is held elsewhere. */
export function readChatwootConversation(conversationId: string): ChatwootConversation | undefined {
  const [, account, conversation] = /^chatwoot\.(\d{1,15})\.(\d{1,15})$/.exec(conversationId) ?? [];
  return account === undefined || conversation === undefined ? undefined : { account: Number(account), conversation: Number(conversation) };
}
