import { neverConnected } from '@switchyard/cloud-models';
import { costOf, mostTokensIn, mostTokensOf } from '@switchyard/consultation';
import type { ChatCompletion, JobContext, ModelUse, ReplyLanguage } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import type { WordMatcher } from '@switchyard/guardrail';
import type { Reservation } from '@switchyard/queue';
import { catchInvented } from '../redact/invented.js';
import { createAnswerStream, type StreamedAnswer } from './answer-stream.js';
import type { UsableModel } from './choose-expert-models.js';
import type { PreparedPrompt } from './prepare-prompt.js';

export interface AskInput {
  readonly usable: UsableModel;
  readonly prompt: PreparedPrompt;
  readonly language: ReplyLanguage;
  readonly matcher: WordMatcher;
  readonly reservation: Reservation;
}

export interface Asked {
  readonly answer: StreamedAnswer;
  readonly finish: ChatCompletion['finish'];
  readonly use: ModelUse;
  readonly tookMs: number;
}

/** A call that failed, with what it cost and whether anything of it left the site. */
export interface AskFailed {
  readonly error: MeshError;
  /** What was thrown; the queue must see the reason of an abort as it is. */
  readonly thrown: unknown;
  readonly isSent: boolean;
  /** The customer has read the beginning of an answer. */
  readonly hasSpoken: boolean;
  /** Absent where nothing was sent. */
  readonly use?: ModelUse;
}

/** Only what is a number: whatever else a provider puts into its usage is not for the record. */
function numbersOf(usage: unknown): Record<string, unknown> {
  if (typeof usage !== 'object' || usage === null) return {};
  return Object.fromEntries(
    Object.entries(usage).flatMap(([name, value]): [string, unknown][] => (typeof value === 'number' ? [[name, value]] : typeof value === 'object' && value !== null ? [[name, numbersOf(value)]] : [])),
  );
}

/**
 * One call to the cloud model, streamed to the customer as far as it may be, settled and recorded. What a call that
 * broke off has cost is not known, so the most that it can have is taken; one that brought nothing costs nothing.
 */
export async function askModel({ usable, prompt, language, matcher, reservation }: AskInput, context: JobContext): Promise<Asked | AskFailed> {
  const { chat, price, provider } = usable;
  const { model, host } = chat;
  const { messages, map, quoted } = prompt;
  const stream = createAnswerStream(map, matcher, (text) => context.delta(text), catchInvented(quoted, language));
  const startedAt = context.now();
  let received = '';
  const useOf = (tokensIn: number, tokensOut: number, isEstimated: boolean): ModelUse => ({ model, where: 'cloud', host, tokensIn, tokensOut, costUsd: costOf(price, tokensIn, tokensOut), ...(isEstimated ? { estimated: true } : {}) });
  const settle = async (use: ModelUse | undefined, facts: Record<string, unknown>): Promise<void> => {
    const tookMs = context.now() - startedAt;
    // The customer gets the answer also where Redis cannot be told of its cost; the hold counts until it runs out.
    const isSettled = await reservation.settle(use?.costUsd ?? 0).then(() => true, () => false);
    context.record('model_called', { model, provider, host, tokensIn: use?.tokensIn ?? 0, tokensOut: use?.tokensOut ?? 0, costUsd: use?.costUsd ?? 0, settled: isSettled, ...facts }, tookMs);
  };

  let completion: ChatCompletion;
  try {
    completion = await chat.complete({ messages, maxTokens: usable.maxOutputTokens }, {
      signal: context.signal,
      onDelta: (piece) => {
        received += piece;
        stream.push(piece);
      },
    });
  } catch (thrown) {
    const error = toMeshError(thrown);
    const isSent = !neverConnected(thrown);
    const isPaid = isSent && (received !== '' || context.signal.aborted);
    const use = isPaid ? useOf(mostTokensIn(messages), Math.min(mostTokensOf(received), usable.maxOutputTokens), true) : isSent ? useOf(0, 0, false) : undefined;
    await settle(use, { error: error.code, detail: error.detail, estimated: isPaid });
    return { error, thrown, isSent, hasSpoken: received !== '', ...(use ? { use } : {}) };
  }
  const { finish, tokensIn, tokensOut, tokensCached, rawUsage } = completion;
  // Some servers count nothing.
  const isCounted = tokensIn > 0 || tokensOut > 0;
  const use = isCounted ? useOf(tokensIn, tokensOut, false) : useOf(mostTokensIn(messages), Math.min(mostTokensOf(completion.text), usable.maxOutputTokens), true);
  await settle(use, { finish, tokensCached, usage: numbersOf(rawUsage), estimated: !isCounted });
  const answer = stream.end();
  if (completion.text.trim() === '' && finish !== 'filtered') {
    const error = new MeshError('MODEL_OUTPUT_INVALID', `${host} answered with nothing`);
    return { error, thrown: error, isSent: true, hasSpoken: false, use };
  }
  return { answer, finish, use, tookMs: context.now() - startedAt };
}
