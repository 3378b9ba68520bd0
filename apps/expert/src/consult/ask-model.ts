import { neverConnected } from '@switchyard/cloud-models';
import { costOf, mostTokensIn, mostTokensOf } from '@switchyard/consultation';
import type { ChatCompletion, ChatRequest, ChatToolCall, JobContext, ModelUse } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import type { Reservation } from '@switchyard/queue';
import type { AnswerStream, StreamedAnswer } from './answer-stream.js';
import type { UsableModel } from './choose-expert-models.js';

export interface AskInput {
  readonly usable: UsableModel;
  readonly request: Pick<ChatRequest, 'messages' | 'tools' | 'toolChoice'>;
  /** Of the whole answer, which may take several calls. */
  readonly stream: AnswerStream;
  /** The customer has read something of an earlier call. */
  readonly hasSpoken: boolean;
  readonly reservation: Reservation;
}

export interface Asked {
  readonly answer: StreamedAnswer;
  readonly finish: ChatCompletion['finish'];
  readonly use: ModelUse;
  readonly tookMs: number;
}

/** The model wants something looked up before it goes on. */
export interface AskedForTools {
  readonly toolCalls: readonly ChatToolCall[];
  /** What it said before, as it wrote it. */
  readonly text: string;
  readonly thoughts?: string | undefined;
  /** Whether it may be asked on: not where what it said may not be read. */
  readonly mayGoOn: boolean;
  readonly hasSpoken: boolean;
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
export async function askModel({ usable, request, stream, hasSpoken, reservation }: AskInput, context: JobContext): Promise<Asked | AskedForTools | AskFailed> {
  const { chat, price, provider } = usable;
  const { model, host } = chat;
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
    completion = await chat.complete({ ...request, maxTokens: usable.maxOutputTokens }, {
      signal: context.signal,
      onDelta: (piece) => {
        received += piece;
        stream.push(piece);
      },
    });
  } catch (thrown) {
    const error = toMeshError(thrown);
    const isSent = !neverConnected(thrown);
    // It has written something, and what cannot be read was not handed over.
    const isUnread = error.code === 'MODEL_OUTPUT_INVALID';
    const isPaid = isSent && (received !== '' || isUnread || context.signal.aborted);
    // Nothing tells how much was on its way when a call is given up before its first words.
    const isUnseen = isUnread || received === '';
    const use = isPaid ? useOf(mostTokensIn(request), isUnseen ? usable.maxOutputTokens : Math.min(mostTokensOf(received), usable.maxOutputTokens), true) : isSent ? useOf(0, 0, false) : undefined;
    await settle(use, { error: error.code, detail: error.detail, estimated: isPaid });
    return { error, thrown, isSent, hasSpoken: hasSpoken || received !== '', ...(use ? { use } : {}) };
  }
  const { finish, tokensIn, tokensOut, tokensCached, rawUsage } = completion;
  // Where it was told of no tool, what it asks for is no wish that anybody could have meant.
  const toolCalls = request.tools === undefined ? [] : (completion.toolCalls ?? []);
  // Some servers count nothing.
  const isCounted = tokensIn > 0 || tokensOut > 0;
  const use = isCounted ? useOf(tokensIn, tokensOut, false) : useOf(mostTokensIn(request), Math.min(mostTokensOf(completion.text) + mostTokensOf(JSON.stringify(toolCalls)), usable.maxOutputTokens), true);
  await settle(use, { finish, tokensCached, usage: numbersOf(rawUsage), estimated: !isCounted, ...(toolCalls.length === 0 ? {} : { toolCalls: toolCalls.length }) });
  if (toolCalls.length > 0 && finish === 'stop') return { toolCalls, text: completion.text, thoughts: completion.thoughts, mayGoOn: stream.pause(), hasSpoken: hasSpoken || received !== '', finish, use, tookMs: context.now() - startedAt };
  const answer = stream.end();
  if (completion.text.trim() === '' && finish !== 'filtered') {
    const error = new MeshError('MODEL_OUTPUT_INVALID', `${host} answered with nothing`);
    return { error, thrown: error, isSent: true, hasSpoken, use };
  }
  return { answer, finish, use, tookMs: context.now() - startedAt };
}
