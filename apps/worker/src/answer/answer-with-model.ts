import { AnswerJob, type ChatCompletion, type ChatMessage, type ChatModel, type Citation, type JobContext, type JobInput, type ModelUse } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { AnswerCache } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { buildPrompt, repairPrompt } from './build-prompt.js';
import type { Escalate } from './escalate.js';
import { MODEL_ANSWER_SCHEMA, objectionTo, readModelAnswer, type ModelAnswer } from './model-answer.js';
import type { ScreenAnswer } from './screen-answer.js';
import { splitSentences } from './split-sentences.js';

export interface ModelTier {
  readonly site: Site;
  /** Absent: there is no local model, and rules say where the message goes. */
  readonly model: ChatModel | undefined;
  readonly screen: ScreenAnswer;
  readonly escalate: Escalate;
  /** Where an answer is kept for the next who asks the same. */
  readonly answers?: Pick<AnswerCache, 'keep'>;
}

type Input = JobInput<typeof AnswerJob>;

/** What the model's calls came to: an answer that can be read, or none, and what they used. */
interface Asked {
  readonly answer: ModelAnswer | undefined;
  readonly use: ModelUse;
}

const UNAVAILABLE = new Set(['MODEL_UNAVAILABLE', 'MODEL_OVERLOADED', 'MODEL_MISSING', 'MODEL_REJECTED']);
const QUOTE_CHARACTERS = 300;

/** Asks, and once more where the output is not the object that was asked for. */
async function ask(model: ChatModel, messages: ChatMessage[], maxTokens: number, context: JobContext): Promise<Asked> {
  let use: ModelUse = { model: model.model, where: 'local', host: model.host, tokensIn: 0, tokensOut: 0, costUsd: 0 };
  const complete = async (prompt: readonly ChatMessage[], attempt: 'first' | 'repair'): Promise<ChatCompletion> => {
    await context.beforeModelCall();
    const startedAt = context.now();
    const completion = await model.complete({ messages: prompt, schema: MODEL_ANSWER_SCHEMA, maxTokens }, { signal: context.signal });
    use = { ...use, tokensIn: use.tokensIn + completion.tokensIn, tokensOut: use.tokensOut + completion.tokensOut };
    context.record('model_called', { model: model.model, host: model.host, attempt, finish: completion.finish, tokensIn: completion.tokensIn, tokensOut: completion.tokensOut }, context.now() - startedAt);
    return completion;
  };
  const first = await complete(messages, 'first');
  const answer = readModelAnswer(first.text) ?? readModelAnswer((await complete(repairPrompt(messages, first.text), 'repair')).text);
  return { answer, use };
}

function citationsOf(job: Input): Citation[] {
  return (job.private.passages ?? []).map(({ documentId, title, text }) => ({ documentId, title, quote: text.slice(0, QUOTE_CHARACTERS) }));
}

/**
 * One message to the local model. Its answer reaches the customer only after it was read, checked and screened; the
 * pieces are streamed then. Whatever it cannot answer goes where the rules of `no_answer` say, and where it cannot
 * be asked, those of `model_unavailable`.
 * @throws MeshError MODEL_OVERLOADED while the job may be tried again; an aborted call's reason
 */
export async function answerWithModel(tier: ModelTier, job: Input, context: JobContext): Promise<void> {
  const { site, model } = tier;
  const escalate = (moment: 'no_answer' | 'model_unavailable', reason: string, use?: ModelUse): Promise<void> =>
    tier.escalate(job, context, { moment, reason, trail: use ? { models: [use] } : {} });
  if (!model) return escalate('model_unavailable', 'no_model');

  const messages = buildPrompt(site, job);
  const startedAt = context.now();
  let asked: Asked;
  try {
    asked = await ask(model, messages, site.settings.models.worker?.maxOutputTokens ?? 512, context);
  } catch (error) {
    if (!MeshError.is(error) || !UNAVAILABLE.has(error.code)) throw error;
    context.record('model_called', { model: model.model, host: model.host, error: error.code }, context.now() - startedAt);
    // A busy server is asked again a little later; other answers only when that has failed as often as it may.
    if (error.code === 'MODEL_OVERLOADED' && context.attempt < AnswerJob.attempts) throw error;
    return escalate('model_unavailable', error.code);
  }
  const { answer, use } = asked;
  if (!answer) return escalate('no_answer', 'MODEL_OUTPUT_INVALID', use);
  const objection = objectionTo(answer, messages.map((message) => message.content), (job.private.passages ?? []).length > 0);
  if (objection !== undefined) return escalate('no_answer', objection, use);
  const screened = tier.screen(answer.answer);
  context.record('screened', { of: 'answer', blocked: screened.blocked, masked: screened.masked, categories: screened.categories, words: screened.words });
  if (screened.blocked) return escalate('no_answer', 'screened', use);

  for (const piece of splitSentences(screened.text)) context.delta(piece);
  const tookMs = context.now() - startedAt;
  context.record('answered', { model: model.model, confidence: answer.confidence, characters: screened.text.length }, tookMs);
  const citations = citationsOf(job);
  const first = await context.reply({
    outcome: 'answered',
    tier: 'worker',
    text: screened.text,
    citations,
    trail: { models: [use], timings: { model: tookMs } },
    conversation: { language: job.body.replyLanguage },
  });
  // The model has read the earlier turns, so with any of them the answer is this customer's own.
  if (first && job.private.turns.length === 0) await tier.answers?.keep(job.envelope, { question: job.private.text, text: screened.text, citations }).catch(() => false);
}
