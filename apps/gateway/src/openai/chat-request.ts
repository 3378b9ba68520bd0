import { z } from 'zod';
import type { Turn } from '@switchyard/contracts';
import { MAX_TEXT } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { boundDeadline, type Ask, type DeadlineLimits } from '../ask/ask.js';
import { readClientConversationId } from '../ask/read-conversation-id.js';
import { readText } from '../ask/read-text.js';
import { parseInput } from '../problem/parse-input.js';

/** The names that a client may call the mesh by, in `model`. */
export const MODEL_IDS = ['switchyard'] as const;

/** What the contract of a dispatch job takes of earlier turns. */
const MAX_TURNS = 50;
/** Earlier turns together, in UTF-16 code units: sealed, they still fit into a job beside the message. */
const MAX_CONTEXT = 32_000;

const TextPart = z.object({ type: z.literal('text', { error: 'only parts of the type "text" are taken' }), text: z.string() });
const Content = z.union([z.string(), z.array(TextPart)]);

/** The body of `POST /v1/chat/completions`, as far as the mesh reads it: sampling and tools are the site's business. */
export const ChatRequest = z.object({
  model: z.string().describe('"switchyard", or another id of GET /v1/models.'),
  messages: z
    .array(
      z.object({
        role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
        content: Content.nullish().describe('A text, or a list of text parts.'),
      }),
    )
    .min(1)
    .describe('The last user message is asked; earlier user and assistant messages are its context. Instructions of the system role are not followed: a site says how its customers are served.'),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  user: z.string().nullish().describe('Names the conversation where the header X-Conversation-Id does not.'),
  n: z.int().min(1).max(1, 'one answer is given').nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export interface ChatAsk {
  readonly ask: Ask;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const textOf = (content: z.infer<typeof Content> | null | undefined): string => {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text).join('\n');
};

const ROLES: Partial<Record<ChatRequest['messages'][number]['role'], Turn['role']>> = { user: 'customer', assistant: 'mesh' };

/** Earlier messages as turns: the newest that fit, each cut to what a message may have, since they are context and not the ask. */
function turnsOf(messages: ChatRequest['messages']): Turn[] {
  const turns: Turn[] = [];
  let room = MAX_CONTEXT;
  for (const message of messages.toReversed()) {
    const role = ROLES[message.role];
    const text = textOf(message.content).slice(0, MAX_TEXT).toWellFormed();
    if (role === undefined || text.trim() === '') continue;
    room -= text.length;
    if (room < 0 || turns.length === MAX_TURNS) break;
    turns.unshift({ role, text });
  }
  return turns;
}

/**
 * A chat completion request as an ask.
 * @param conversationHeader the header X-Conversation-Id, which wins over `user`
 * @throws MeshError REQUEST_INVALID, TEXT_TOO_LONG, MODEL_UNKNOWN
 */
export function readChatRequest(body: unknown, conversationHeader: string | undefined, limits: DeadlineLimits, newConversationId: () => string): ChatAsk {
  const request = parseInput(ChatRequest, body);
  if (!(MODEL_IDS as readonly string[]).includes(request.model)) throw new MeshError('MODEL_UNKNOWN', `the models are: ${MODEL_IDS.join(', ')}`, { field: 'model' });
  const last = request.messages.findLastIndex((message) => message.role === 'user');
  if (last < 0) throw new MeshError('REQUEST_INVALID', 'messages: must hold a message of the role "user"', { field: 'messages' });
  const user = request.user === null || request.user === '' ? undefined : request.user;
  const conversationId =
    conversationHeader !== undefined ? readClientConversationId(conversationHeader, 'X-Conversation-Id') : user !== undefined ? readClientConversationId(user, 'user') : newConversationId();
  return {
    ask: {
      source: 'chat',
      text: readText(textOf(request.messages[last]?.content), `messages[${last}].content`),
      turns: turnsOf(request.messages.slice(0, last)),
      conversationId,
      lane: 'interactive',
      deadlineMs: boundDeadline(undefined, limits),
    },
    model: request.model,
    stream: request.stream === true,
    includeUsage: request.stream_options?.include_usage === true,
  };
}
