import { AnswerJob, type CallTool, type ChatModel, type JobContext, type JobInput, type ModelUse } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { PromptSecrets } from '@switchyard/guardrail';
import type { AnswerCache } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { withdrawnAnswers } from './answer-metrics.js';
import { createVoice } from './as-written/voice.js';
import type { Escalate } from './escalate.js';
import type { Judged } from './judge-output.js';
import type { ScreenAnswer } from './screen-answer.js';
import { splitSentences } from './split-sentences.js';
import { askForConfirmation } from './tool-choice/ask-for-confirmation.js';
import { consultModel, type Consulted } from './tool-choice/consult-model.js';
import { namesOf } from './variant/names-of.js';

export interface ModelTier {
  readonly site: Site;
  /** Absent: there is no local model, and rules say where the message goes. */
  readonly model: ChatModel | undefined;
  readonly screen: ScreenAnswer;
  /** What of the prompt must not be told. */
  readonly secrets: PromptSecrets;
  readonly callTool: CallTool;
  readonly escalate: Escalate;
  /** Where an answer is kept for the next who asks the same. */
  readonly answers?: Pick<AnswerCache, 'keep'>;
}

type Input = JobInput<typeof AnswerJob>;

const UNAVAILABLE = new Set(['MODEL_UNAVAILABLE', 'MODEL_OVERLOADED', 'MODEL_MISSING', 'MODEL_REJECTED']);

/**
 * One message to the local model, with the tools that it may choose for it. Every piece of its answer is checked and screened
 * before it reaches the customer: as it is written, or with the whole of it where the site says so. Where it asks for a tool that
 * changes something, the customer is asked first. Whatever it cannot answer goes where the rules of `no_answer` say, and where it
 * cannot be asked, those of `model_unavailable`; so does an answer that turns out unfit after its first words, and the reply is
 * then what they lead to.
 * @throws MeshError MODEL_OVERLOADED while the job may be tried again; an aborted call's reason
 */
export async function answerWithModel(tier: ModelTier, job: Input, context: JobContext): Promise<void> {
  const { model } = tier;
  const language = job.body.replyLanguage;
  const screen = tier.screen();
  const voice = tier.site.settings.models.worker?.stream === 'checked' ? undefined : createVoice({ screen, leaks: tier.secrets(language), say: (text) => context.delta(text) });
  const escalate = (moment: 'no_answer' | 'model_unavailable', reason: string, use?: ModelUse, facts: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    const hasSpoken = voice?.hasSpoken ?? false;
    if (hasSpoken) withdrawnAnswers.inc({ reason });
    if (hasSpoken || Object.keys(facts).length > 0) context.record('objected', { reason, ...facts, ...(hasSpoken ? { spoken: true } : {}) });
    return tier.escalate(job, context, { moment, reason, trail: use ? { models: [use] } : {} });
  };
  if (!model) return escalate('model_unavailable', 'no_model');

  const startedAt = context.now();
  let consulted: Consulted;
  try {
    consulted = await consultModel({ ...tier, model, voice }, job, context);
  } catch (error) {
    if (!MeshError.is(error) || !UNAVAILABLE.has(error.code)) throw error;
    context.record('model_called', { ...namesOf(model), host: model.host, error: error.code }, context.now() - startedAt);
    // A busy server is asked again a little later; other answers only when that has failed as often as it may.
    if (error.code === 'MODEL_OVERLOADED' && context.attempt < AnswerJob.attempts) throw error;
    return escalate('model_unavailable', error.code);
  }
  const { use, seen } = consulted;
  const trail = { models: [use], timings: { model: context.now() - startedAt } };
  if (consulted.kind === 'none') return escalate('no_answer', consulted.reason, use);

  const confirmation = consulted.kind === 'confirm' ? askForConfirmation(tier.site, consulted, job) : undefined;
  const judged: Judged = consulted.kind === 'confirm' ? { text: confirmation?.question ?? '', citations: [], facts: {} } : consulted.judged;
  if (judged.objection !== undefined) return escalate('no_answer', judged.objection, use, judged.facts);
  const leaked = tier.secrets(language).find(judged.text, seen);
  const screened = screen.whole(judged.text);
  context.record('screened', { of: 'answer', blocked: screened.blocked || leaked !== undefined, masked: screened.masked, categories: screened.categories, words: screened.words, ...(leaked === undefined ? {} : { leaked }) });
  if (leaked !== undefined) return escalate('no_answer', 'prompt_leaked', use);
  if (screened.blocked) return escalate('no_answer', 'screened', use);

  if (confirmation) {
    // Word for word, or the customer's yes would not be found to answer it.
    if (screened.masked) return escalate('no_answer', 'screened', use);
    context.record('confirmation_asked', { tool: confirmation.tool });
    await context.reply({ outcome: 'answered', tier: 'worker', text: confirmation.question, trail, conversation: { language, flow: confirmation.state } });
    return;
  }
  const text = voice?.finish(screened.text) ?? screened.text;
  if (!voice) for (const piece of splitSentences(text)) context.delta(piece);
  context.record('answered', { ...namesOf(use), ...judged.facts, characters: text.length }, trail.timings.model);
  const citations = [...judged.citations];
  const first = await context.reply({ outcome: 'answered', tier: 'worker', text, citations, trail, conversation: { language } });
  // With an earlier turn or a look-up in it, the answer is this customer's own.
  const isAnybodys = job.private.turns.length === 0 && !consulted.hasResults;
  if (first && isAnybodys) await tier.answers?.keep(job.envelope, { question: job.private.text, text, citations }).catch(() => false);
}
