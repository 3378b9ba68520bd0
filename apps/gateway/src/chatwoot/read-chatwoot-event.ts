import { z } from 'zod';

/**
 * What an agent bot of Chatwoot is sent (https://www.chatwoot.com/docs/product/others/webhook-events), as far as it is
 * read here: of a message its own fields and its conversation, of a conversation its number (`display_id`) and status.
 * Everything else may be there or not, as Chatwoot's releases differ.
 */
export const ChatwootEvent = z.object({
  event: z.string().describe('`message_created`, `conversation_status_changed` and others; what is not known is ignored.'),
  id: z.int().nonnegative().optional().describe('Of the message, or the number of the conversation.'),
  content: z.string().nullish(),
  message_type: z.union([z.string(), z.int()]).optional().describe('`incoming`, `outgoing`, `template` or `activity`, or its number.'),
  private: z.boolean().nullish(),
  sender: z.object({ type: z.string().nullish() }).nullish(),
  status: z.string().nullish().describe('Of the conversation, in an event of one.'),
  conversation: z.object({ id: z.int().nonnegative(), status: z.string().nullish() }).nullish(),
  account: z.object({ id: z.int() }).nullish(),
});
export type ChatwootEvent = z.infer<typeof ChatwootEvent>;

/** What an event comes to. `conversation`: its number. */
export type ChatwootMatter =
  | { readonly kind: 'asked'; readonly conversation: number; readonly messageId: number; readonly text: string; /** A person has it, as Chatwoot says. */ readonly isWithPerson: boolean }
  /** The customer sent what is no text: files, a place. */
  | { readonly kind: 'unreadable'; readonly conversation: number }
  | { readonly kind: 'taken' | 'given_back'; readonly conversation: number }
  | { readonly kind: 'ignored'; readonly reason: 'other_account' | 'not_for_the_bot' };

const IGNORED = { kind: 'ignored', reason: 'not_for_the_bot' } as const;
/** `Message.message_types` of Chatwoot. */
const MESSAGE_TYPES = ['incoming', 'outgoing', 'activity', 'template'];
const STATUS_EVENTS: ReadonlySet<string> = new Set(['conversation_status_changed', 'conversation_opened', 'conversation_resolved']);

/**
 * What the mesh is to do about an event. `pending` is the bot's; `open` and `snoozed` are an agent's. A message never gives a
 * conversation back, whatever its status says: it may have been on its way since before an agent came.
 * @param account whose events are taken
 */
export function readChatwootEvent(event: ChatwootEvent, account: number): ChatwootMatter {
  if (event.account && event.account.id !== account) return { kind: 'ignored', reason: 'other_account' };
  if (event.event === 'message_created') return readMessage(event);
  if (!STATUS_EVENTS.has(event.event) || event.id === undefined) return IGNORED;
  if (event.status === 'open') return { kind: 'taken', conversation: event.id };
  if (event.status === 'pending' || event.status === 'resolved') return { kind: 'given_back', conversation: event.id };
  return IGNORED;
}

function readMessage({ id, content, message_type: given, private: isPrivate, sender, conversation }: ChatwootEvent): ChatwootMatter {
  const type = typeof given === 'number' ? MESSAGE_TYPES[given] : given;
  if (id === undefined || !conversation || isPrivate === true) return IGNORED;
  if (type === 'outgoing') return sender?.type === 'user' ? { kind: 'taken', conversation: conversation.id } : IGNORED;
  if (type !== 'incoming') return IGNORED;
  const text = content ?? '';
  if (text.trim() === '') return { kind: 'unreadable', conversation: conversation.id };
  return { kind: 'asked', conversation: conversation.id, messageId: id, text, isWithPerson: conversation.status === 'open' || conversation.status === 'snoozed' };
}
