import { AnswerJob, type ChatCompletion, type ChatMessage, type ChatModel, type Citation, type JobContext, type JobInput, type ModelUse } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { AnswerCache } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { buildPrompt, repairPrompt } from './build-prompt.js';
import type { Escalate } from './escalate.js';
import { checkGrounding, GROUNDED_ANSWER_SCHEMA, objectionToGrounded, readGroundedAnswer } from './grounded-answer.js';
import { MODEL_ANSWER_SCHEMA, objectionTo, readModelAnswer } from './model-answer.js';
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

const UNAVAILABLE = new Set(['MODEL_UNAVAILABLE', 'MODEL_OVERLOADED', 'MODEL_MISSING', 'MODEL_REJECTED']);

/** An answer that is fit to be screened, or why it is none; and what is recorded of it. */
interface Judged {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly objection?: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** How an answer is asked for, read and judged: with passages every sentence must rest on one of them. */
interface Manner {
  readonly schema: Record<string, unknown>;
  /** Undefined where the output is not the object that was asked for. */
  judge(output: string): Judged | undefined;
}

function mannerOf(job: Input): Manner {
  const passages = job.private.passages ?? [];
  if (passages.length === 0) {
    return {
      schema: MODEL_ANSWER_SCHEMA,
      judge: (output) => {
        const answer = readModelAnswer(output);
        return answer && { text: answer.answer, citations: [], objection: objectionTo(answer), facts: { confidence: answer.confidence } };
      },
    };
  }
  const joint = job.body.replyLanguage === 'zh' ? '' : ' ';
  return {
    schema: GROUNDED_ANSWER_SCHEMA,
    judge: (output) => {
      const answer = readGroundedAnswer(output);
      if (!answer) return undefined;
      const checked = checkGrounding(answer, passages, job.private.text);
      const { sentences, citations, dropped } = checked;
      return { text: sentences.join(joint), citations, objection: objectionToGrounded(answer, checked), facts: { confidence: answer.confidence, sentences: sentences.length, dropped } };
    },
  };
}

/** Asks, and once more where the output is not the object that was asked for. */
async function ask(model: ChatModel, messages: ChatMessage[], manner: Manner, maxTokens: number, context: JobContext): Promise<{ readonly judged: Judged | undefined; readonly use: ModelUse }> {
  let use: ModelUse = { model: model.model, where: 'local', host: model.host, tokensIn: 0, tokensOut: 0, costUsd: 0 };
  const complete = async (prompt: readonly ChatMessage[], attempt: 'first' | 'repair'): Promise<ChatCompletion> => {
    await context.beforeModelCall();
    const startedAt = context.now();
    const completion = await model.complete({ messages: prompt, schema: manner.schema, maxTokens }, { signal: context.signal });
    use = { ...use, tokensIn: use.tokensIn + completion.tokensIn, tokensOut: use.tokensOut + completion.tokensOut };
    context.record('model_called', { model: model.model, host: model.host, attempt, finish: completion.finish, tokensIn: completion.tokensIn, tokensOut: completion.tokensOut }, context.now() - startedAt);
    return completion;
  };
  const first = await complete(messages, 'first');
  const judged = manner.judge(first.text) ?? manner.judge((await complete(repairPrompt(messages, first.text, manner.schema === GROUNDED_ANSWER_SCHEMA), 'repair')).text);
  return { judged, use };
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
  let asked: Awaited<ReturnType<typeof ask>>;
  try {
    asked = await ask(model, messages, mannerOf(job), site.settings.models.worker?.maxOutputTokens ?? 512, context);
  } catch (error) {
    if (!MeshError.is(error) || !UNAVAILABLE.has(error.code)) throw error;
    context.record('model_called', { model: model.model, host: model.host, error: error.code }, context.now() - startedAt);
    // A busy server is asked again a little later; other answers only when that has failed as often as it may.
    if (error.code === 'MODEL_OVERLOADED' && context.attempt < AnswerJob.attempts) throw error;
    return escalate('model_unavailable', error.code);
  }
  const { judged, use } = asked;
  if (!judged) return escalate('no_answer', 'MODEL_OUTPUT_INVALID', use);
  if (judged.objection !== undefined) {
    context.record('objected', { reason: judged.objection, ...judged.facts });
    return escalate('no_answer', judged.objection, use);
  }
  const screened = tier.screen(judged.text);
  context.record('screened', { of: 'answer', blocked: screened.blocked, masked: screened.masked, categories: screened.categories, words: screened.words });
  if (screened.blocked) return escalate('no_answer', 'screened', use);

  for (const piece of splitSentences(screened.text)) context.delta(piece);
  const tookMs = context.now() - startedAt;
  context.record('answered', { model: model.model, ...judged.facts, characters: screened.text.length }, tookMs);
  const citations = [...judged.citations];
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
