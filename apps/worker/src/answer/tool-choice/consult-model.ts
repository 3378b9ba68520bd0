import type { AnswerJob, CallTool, ChatModel, JobContext, JobInput, ModelUse } from '@switchyard/contracts';
import type { PromptSecrets } from '@switchyard/guardrail';
import type { Site, ToolDefinition } from '@switchyard/site';
import { hasToolsToOffer, offerTools, useTool, type ToolSource } from '@switchyard/tool-choice';
import { compileToolSchemas, toolRefusals } from '@switchyard/tools';
import type { AnswerForm } from '../answer-form.js';
import type { Voice } from '../as-written/voice.js';
import { askModel, noUse } from '../ask-model.js';
import { buildPrompt, promptWithout, resultPrompt } from '../build-prompt.js';
import type { Source } from '../grounded-answer.js';
import { judgeOutput, type Judged, type JudgeInput } from '../judge-output.js';

/** What the model was asked for and what came of it, with what all its calls have used. */
export type Consulted = {
  readonly use: ModelUse;
  /** What the customer has said or may read: the conversation, and what the model answered from. */
  readonly seen: readonly string[];
  /** Something was looked up for this customer. */
  readonly hasResults: boolean;
} & (
  | { readonly kind: 'answer'; readonly judged: Judged }
  | { readonly kind: 'confirm'; readonly tool: ToolDefinition; readonly arguments: Readonly<Record<string, unknown>> }
  /** `reason` is recorded. */
  | { readonly kind: 'none'; readonly reason: string }
);

export interface ConsultTier {
  /** Says the answer as it is written; absent: it is given whole. */
  readonly voice?: Voice | undefined;
  readonly site: Site;
  readonly model: ChatModel;
  readonly callTool: CallTool;
  readonly secrets: PromptSecrets;
}

const DEFAULT_TOOL_CALLS = 3;
const DEFAULT_TOKENS = 512;

const textOf = (source: Source): string => ('fields' in source ? source.fields.map(({ text }) => text).join('\n') : `${source.title}\n${source.text}`);

/**
 * Asks the model, fulfils its wishes for tools and asks again, until it answers, the customer must be asked, or it has had as many
 * tools as the site allows for a message. Which tools it may choose is settled first. Rejects as the model and the tools do.
 */
export async function consultModel({ site, model, callTool, secrets, voice }: ConsultTier, job: JobInput<typeof AnswerJob>, context: JobContext): Promise<Consulted> {
  const { envelope, body: { replyLanguage: language } } = job;
  const allowed = offerTools(site, envelope);
  if (hasToolsToOffer(site)) context.record('tools_offered', { intent: envelope.trail.intent?.label ?? 'none', tools: allowed.map(({ name }) => name) });

  const { text, turns, passages = [] } = job.private;
  const settings = site.settings.models.worker;
  const most = settings?.maxToolCalls ?? DEFAULT_TOOL_CALLS;
  const conversation = [...turns.map((turn) => turn.text), text].join('\n');
  const known = [site.settings.title.zh, site.settings.title.en, conversation].join('\n');
  // An answer that looks nothing up, though it could, knows no more than was said and than the site's own prompt tells it.
  const facts = allowed.length > 0 ? `${known}\n${promptWithout(site, language)}` : undefined;
  const results: ToolSource[] = [];
  let form: AnswerForm = { isGrounded: passages.length > 0, tools: most > 0 ? allowed : [] };
  let messages = buildPrompt(site, job, form.tools, (await context.conversation()).earlier);
  let use = noUse(model);

  for (let calls = 0; ; calls++) {
    const sources: Source[] = [...passages, ...results];
    const askedAt = context.now();
    const seen = [conversation, ...sources.map(textOf)];
    const judging: JudgeInput = { sources, question: text, known, facts, language };
    const hasSpoken = (): boolean => voice?.hasSpoken ?? false;
    const asked = await askModel(model, { messages, form, language, judge: (output) => judgeOutput(output, judging), speak: voice && (() => voice.begin(judging, seen)), hasSpoken, maxTokens: settings?.maxOutputTokens ?? DEFAULT_TOKENS, affinity: `${envelope.tenant} ${envelope.conversationId}` }, use, context);
    const askedMs = context.now() - askedAt;
    use = asked.use;
    const told = { use, seen, hasResults: results.length > 0 };
    if (asked.judged) return { ...told, kind: 'answer', judged: asked.judged };
    // A wish after the first words of an answer is none that was asked for.
    if (!asked.wish || hasSpoken()) return { ...told, kind: 'none', reason: 'MODEL_OUTPUT_INVALID' };

    const turn = await useTool({ wish: asked.wish, offered: form.tools, allowed, siteTools: site.tools, problemOf: (tool, given) => compileToolSchemas(tool).problemOfArguments(given), onRefused: (reason) => toolRefusals.inc({ reason }), grounds: { conversation, results: results.map(({ fields }) => fields), nowMs: context.now() }, leaks: (one) => secrets(language).find(one, told.seen) !== undefined, callTool, idempotencyKey: `${envelope.requestId}.model.${calls}`, context });
    if (turn.kind === 'confirm') return { ...told, ...turn };
    if (turn.kind === 'refused') return { ...told, kind: 'none', reason: 'tool_refused' };
    // It takes as long again to ask with the result.
    if (context.timeLeftMs() < askedMs) return { ...told, kind: 'none', reason: 'no_time_for_tool' };
    results.push(turn.source);
    form = { isGrounded: true, tools: calls + 1 < most ? allowed : [] };
    messages = resultPrompt(messages, asked.wish, turn.source, passages.length + results.length, form, language);
  }
}
