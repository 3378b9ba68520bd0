import { emptyTrail, type AnswerJob, type JobInput, type TrainingMaterial, type TrainingResult } from '@switchyard/contracts';
import type { PromptSecrets, WordScreen } from '@switchyard/guardrail';
import { personalDataAction, type Site } from '@switchyard/site';
import { offerTools } from '@switchyard/tool-choice';
import { schemaOfForm, type AnswerForm } from '../answer/answer-form.js';
import { buildPrompt, promptWithout } from '../answer/build-prompt.js';
import { judgeOutput } from '../answer/judge-output.js';
import { createPromptSecrets } from '../answer/prompt-secrets.js';
import { createScreenAnswer, type ScreenAnswer } from '../answer/screen-answer.js';
import { maskMaterial } from './mask-material.js';
import { quoteSentences } from './quote-sentences.js';

export interface TrainingTier {
  readonly site: Site;
  readonly screen: ScreenAnswer;
  readonly secrets: PromptSecrets;
}

export const openTrainingTier = (site: Site, words: Pick<WordScreen, 'current'>): TrainingTier => ({ site, screen: createScreenAnswer(words), secrets: createPromptSecrets(site) });

/** The job as which the worker would have had the question. What the prompt does not hold is of no account. */
function jobOf({ tenant, language, question, turns, passages, intent }: TrainingMaterial, siteVersion: string): JobInput<typeof AnswerJob> {
  return {
    envelope: {
      v: 1, kind: 'answer', requestId: 'training', tenant, conversationId: 'training', lane: 'bulk', acceptedAt: 0, deadlineAt: 0, replyTo: 'training', siteVersion, hop: 0, body: {}, sealed: { key: '-', nonce: '-', box: '' },
      trail: { ...emptyTrail(), ...(intent === undefined ? {} : { intent: { label: intent, confidence: 1, source: 'model' } }) },
    },
    body: { mode: 'model', replyLanguage: language, slotNames: [] },
    private: { text: question, slots: {}, turns, ...(passages.length > 0 ? { passages } : {}) },
  };
}

/** The object that the model should have given, with its fields in the order of the form. Undefined where the passages do not bear the answer out. */
function outputOf(material: TrainingMaterial, form: AnswerForm): string | undefined {
  const sentences = form.isGrounded ? quoteSentences(material) : [];
  if (!sentences) return undefined;
  const values: Readonly<Record<string, unknown>> = { needs: 'nothing', tool: null, answer: material.answer, sentences, confidence: 1 };
  const { properties } = schemaOfForm(form) as { properties: Record<string, unknown> };
  return JSON.stringify(Object.fromEntries(Object.keys(properties).map((name) => [name, values[name]])));
}

/**
 * An approved answer as an example to train the local model with: the messages that the worker sends, and the object that it
 * asks for. Refused is what the worker itself would not give to a customer, and what is personal and cannot be masked.
 */
export function trainingRow({ site, screen, secrets }: TrainingTier, raw: TrainingMaterial): TrainingResult {
  const { id, tenant, language } = raw;
  const refuse = (refused: string): TrainingResult => ({ id, refused });
  const masked = maskMaterial(raw, (kind) => personalDataAction(site.settings, tenant, kind) === 'refuse');
  if ('refused' in masked) return refuse(masked.refused);
  const { material } = masked;

  const job = jobOf(material, site.version);
  const tools = site.settings.models.worker?.maxToolCalls === 0 ? [] : offerTools(site, job.envelope);
  const form: AnswerForm = { isGrounded: material.passages.length > 0, tools };
  const output = outputOf(material, form);
  if (output === undefined) return refuse('ungrounded');

  const conversation = [...material.turns.map(({ text }) => text), material.question].join('\n');
  const known = [site.settings.title.zh, site.settings.title.en, conversation].join('\n');
  const judged = judgeOutput(output, { sources: material.passages, question: material.question, known, facts: tools.length > 0 ? `${known}\n${promptWithout(site, language)}` : undefined, language });
  if (!judged || judged.objection !== undefined) return refuse(judged?.objection ?? 'unreadable');
  const seen = [conversation, ...material.passages.map(({ title, text }) => `${title}\n${text}`)];
  if (secrets(language).find(judged.text, seen) !== undefined) return refuse('prompt_leaked');
  const screened = screen().whole(judged.text);
  if (screened.blocked || screened.masked) return refuse('screened');
  // Before an answer no tool has returned anything.
  const prompt = buildPrompt(site, job, tools).flatMap(({ role, content }) => (role === 'tool' ? [] : [{ role, content }]));
  return { id, masked: masked.masked, messages: [...prompt, { role: 'assistant', content: output }] };
}
