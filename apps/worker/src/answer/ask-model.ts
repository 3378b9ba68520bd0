import type { ChatCompletion, ChatMessage, ChatModel, ChatOptions, JobContext, ModelUse, ReplyLanguage } from '@switchyard/contracts';
import { schemaOfForm, type AnswerForm } from './answer-form.js';
import type { Speech } from './as-written/speak-as-written.js';
import { repairPrompt } from './build-prompt.js';
import type { Judged } from './judge-output.js';
import { readToolWish, type ToolWish } from './tool-choice/tool-wish.js';
import { observeCall } from './variant/model-metrics.js';
import { namesOf } from './variant/names-of.js';

/** What the model gave: a wish for a tool, an answer, or (undefined twice) nothing that can be read. */
export interface Asked {
  readonly wish?: ToolWish | undefined;
  readonly judged?: Judged | undefined;
  readonly use: ModelUse;
}

export interface AskInput {
  readonly messages: readonly ChatMessage[];
  readonly form: AnswerForm;
  readonly language: ReplyLanguage;
  readonly judge: (output: string) => Judged | undefined;
  /** Where the answer is shown as it is written: begins a new output. */
  readonly speak?: (() => Speech) | undefined;
  /** Whether the customer has read anything of an answer to this message. */
  readonly hasSpoken: () => boolean;
  readonly maxTokens: number;
  /** Of the conversation: what its prompts begin with is the same. */
  readonly affinity: string;
}

export const noUse = (model: ChatModel): ModelUse => ({ ...namesOf(model), where: 'local', host: model.host, tokensIn: 0, tokensOut: 0, costUsd: 0 });

/**
 * Asks, and once more where the output is not the object that was asked for and the customer has read nothing of it.
 * @param before what earlier calls for the message have used; the use that is given back includes it
 */
export async function askModel(model: ChatModel, { messages, form, language, judge, speak, hasSpoken, maxTokens, affinity }: AskInput, before: ModelUse, context: JobContext): Promise<Asked> {
  let use = before;
  const complete = async (prompt: readonly ChatMessage[], attempt: 'first' | 'repair'): Promise<ChatCompletion> => {
    await context.beforeModelCall();
    const startedAt = context.now();
    const completion = await model.complete({ messages: prompt, schema: schemaOfForm(form), maxTokens }, { signal: context.signal, affinity, ...(speak ? hearing(speak, hasSpoken) : {}) });
    const { host = model.host } = completion;
    const tookMs = context.now() - startedAt;
    const by = completion.by ?? model;
    use = { ...namesOf(by), where: 'local', host, tokensIn: use.tokensIn + completion.tokensIn, tokensOut: use.tokensOut + completion.tokensOut, costUsd: 0 };
    observeCall(by, attempt, completion, tookMs);
    context.record('model_called', { ...namesOf(by), host, attempt, finish: completion.finish, tokensIn: completion.tokensIn, tokensOut: completion.tokensOut }, tookMs);
    return completion;
  };
  const read = (output: string): Omit<Asked, 'use'> | undefined => {
    const wish = readToolWish(output);
    if (wish) return { wish };
    const judged = judge(output);
    return judged && { judged };
  };
  const first = await complete(messages, 'first');
  const given = read(first.text);
  if (given ?? hasSpoken()) return { ...given, use };
  return { ...read((await complete(repairPrompt(messages, first.text, form, language), 'repair')).text), use };
}

/** Lets the customer hear the output. Another server may begin it anew as long as nothing of it was said. */
function hearing(speak: () => Speech, hasSpoken: () => boolean): Pick<ChatOptions, 'onDelta' | 'mayRestart'> {
  let speech = speak();
  return {
    onDelta: (piece) => speech.hear(piece),
    mayRestart: () => {
      if (hasSpoken()) return false;
      speech = speak();
      return true;
    },
  };
}
