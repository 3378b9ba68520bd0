import { z } from 'zod';
import { Receipt, type Outcome, type Reply } from '@switchyard/contracts';

const Usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });
export type Usage = z.infer<typeof Usage>;
const FinishReason = z.enum(['stop', 'content_filter']);

/** What OpenAI's API answers, with the receipt beside it. */
export const ChatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int().describe('Seconds since 1970.'),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: FinishReason,
    }),
  ),
  usage: Usage,
  system_fingerprint: z.string().describe('The version of the site.'),
  switchyard: Receipt,
});
export type ChatCompletion = z.infer<typeof ChatCompletion>;

/** One `data:` of a stream. The last chunk with a choice carries the receipt. */
export const ChatChunk = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: z.object({ role: z.literal('assistant').optional(), content: z.string().optional() }),
      logprobs: z.null(),
      finish_reason: FinishReason.nullable(),
    }),
  ),
  usage: Usage.nullable().optional(),
  switchyard: Receipt.optional(),
});
export type ChatChunk = z.infer<typeof ChatChunk>;

/** What all answers to one chat request have in common. */
export interface ChatHead {
  readonly requestId: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly includeUsage: boolean;
}

const head = (chat: ChatHead) => ({ id: `chatcmpl-${chat.requestId}`, created: Math.floor(chat.createdAt / 1_000), model: chat.model });

/** What the models of the request used, local ones included; zero where no model was needed. */
export function usageOf(receipt: Receipt): Usage {
  const sum = (pick: (model: Receipt['models'][number]) => number): number => receipt.models.reduce((total, model) => total + pick(model), 0);
  const prompt_tokens = sum((model) => model.tokensIn);
  const completion_tokens = sum((model) => model.tokensOut);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

export const finishReason = (outcome: Outcome): z.infer<typeof FinishReason> => (outcome === 'refused' ? 'content_filter' : 'stop');

export function chatCompletion(chat: ChatHead, reply: Reply): ChatCompletion {
  return {
    ...head(chat),
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: reply.text, refusal: null }, logprobs: null, finish_reason: finishReason(reply.receipt.outcome) }],
    usage: usageOf(reply.receipt),
    system_fingerprint: reply.receipt.siteVersion,
    switchyard: reply.receipt,
  };
}

function chunk(chat: ChatHead, delta: ChatChunk['choices'][number]['delta'], finish_reason: ChatChunk['choices'][number]['finish_reason'] = null): ChatChunk {
  return {
    ...head(chat),
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    // With include_usage, OpenAI's chunks carry `usage: null` until the one that has it.
    ...(chat.includeUsage ? { usage: null } : {}),
  };
}

export const roleChunk = (chat: ChatHead): ChatChunk => chunk(chat, { role: 'assistant', content: '' });
export const contentChunk = (chat: ChatHead, text: string): ChatChunk => chunk(chat, { content: text });

/** The chunks that end a stream: the finish reason with the receipt, then the usage where it was asked for. */
export function finalChunks(chat: ChatHead, receipt: Receipt): ChatChunk[] {
  const last = { ...chunk(chat, {}, finishReason(receipt.outcome)), switchyard: receipt };
  if (!chat.includeUsage) return [last];
  return [last, { ...head(chat), object: 'chat.completion.chunk', choices: [], usage: usageOf(receipt) }];
}
