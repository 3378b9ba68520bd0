import type { AnswerJob, CallTool, ConversationState, JobContext, JobInput, ReplyDraft } from '@switchyard/contracts';
import { advance, programsOf, resume, slotsOfFlow, type FlowProgram, type FlowStepResult } from '@switchyard/dialogue';
import { MeshError } from '@switchyard/errors';
import { failpoint } from '@switchyard/queue';
import { wordsForFurther } from '@switchyard/routing';
import type { Site, SlotDefinition, ToolDefinition } from '@switchyard/site';
import { openFlow, type OpenFlow } from './open-flow.js';

/** Tool calls for one message; a flow that wants more runs in circles. */
const MAX_CALLS = 20;

/** A site's flows and the confirmations of its tools, compiled, with what they need to run. */
export interface Flows {
  readonly site: Site;
  readonly programs: ReadonlyMap<string, FlowProgram>;
  readonly definitions: ReadonlyMap<string, Readonly<Record<string, SlotDefinition>>>;
  readonly callTool: CallTool;
}

/** @throws MeshError SITE_INVALID where a flow does not compile */
export function prepareFlows(site: Site, callTool: CallTool): Flows {
  return { site, programs: programsOf(site), definitions: new Map([...site.flows.keys()].map((name) => [name, slotsOfFlow(site, name)])), callTool };
}

/**
 * One message through its flow, tool calls included. Ends with `reply`, and gives true; false where there is no
 * such flow, and nothing was done. May run more than once for a message: it starts from the conversation as it was
 * before the message, so every run makes the same calls with the same keys.
 * @throws MeshError TOOL_UNAVAILABLE, TOOL_REJECTED or TOOL_ARGUMENTS_INVALID where the flow has no step for it
 */
export async function runFlow(flows: Flows, job: JobInput<typeof AnswerJob>, context: JobContext): Promise<boolean> {
  const { site } = flows;
  const conversation = await context.conversation();
  const open = openFlow(flows.programs, site.version, conversation, job.body.flow);
  if (!open) return false;

  const startedAt = context.now();
  const language = job.body.replyLanguage;
  let calls = 0;
  let step = advance(open.program, open.state, { text: job.private.text, slots: job.private.slots, definitions: flows.definitions.get(open.program.name) ?? {}, language, lastSaid: lastSaidIn(conversation) });
  while (step.kind === 'call') {
    if (++calls > MAX_CALLS) {
      step = { kind: 'hand_over', reason: 'calls_exhausted', spoken: false, say: [], state: step.state };
      break;
    }
    step = await performCall(flows, open.program, step, job, context);
  }
  const tookMs = context.now() - startedAt;
  context.record('flow_step', factsOf(open, step, calls), tookMs);
  if (step.kind === 'hand_over') context.record('handed_over', { by: 'flow', reason: step.reason });
  await context.reply({ ...replyOf(site, step, job), trail: { ...(step.kind === 'hand_over' ? { rules: ['builtin.flow_handed_over'] } : {}), timings: { flow: tookMs } } });
  return true;
}

/** What the customer read last. A person's words count too: a yes to them is none to the mesh. */
function lastSaidIn({ turns }: ConversationState): string | undefined {
  return turns.findLast((turn) => turn.role !== 'customer')?.text;
}

async function performCall(flows: Flows, program: FlowProgram, pending: Extract<FlowStepResult, { kind: 'call' }>, job: JobInput<typeof AnswerJob>, context: JobContext): Promise<FlowStepResult> {
  const { call } = pending;
  requireConfirmed(program, flows.site.tools.get(call.tool), call.confirmed);
  const idempotencyKey = `${job.envelope.requestId}.${program.name}.${call.at}`;
  const startedAt = context.now();
  const { outcome, facts } = await flows.callTool({ tool: call.tool, arguments: call.arguments, idempotencyKey, signal: context.signal });
  failpoint('tool.after');
  context.record('tool_called', { ...facts, flow: program.name, at: call.at }, context.now() - startedAt);
  return resume(program, pending, outcome, job.body.replyLanguage);
}

/** The last wall before an effect: whatever a flow says, nothing is done that the customer has not agreed to. */
function requireConfirmed(program: FlowProgram, tool: ToolDefinition | undefined, confirmed: boolean): void {
  if (tool?.effect === 'write' && !confirmed) throw new MeshError('SITE_INVALID', `the flow ${program.name} calls ${tool.name}, which has an effect, without a confirmation`, { field: `flows/${program.name}` });
}

/** What is recorded of a message in a flow: where it stands and why, no word and no value. */
function factsOf(open: OpenFlow, step: FlowStepResult, calls: number): Record<string, unknown> {
  const stopped = step.kind === 'ended' || step.kind === 'hand_over' ? { reason: step.reason } : { expects: step.state.expects, tries: step.state.tries };
  return { flow: open.program.name, entry: open.entry, from: open.state.at, to: step.state.at, result: step.kind, calls, slots: Object.keys(step.state.slots), ...stopped };
}

function replyOf(site: Site, step: FlowStepResult, job: JobInput<typeof AnswerJob>): ReplyDraft {
  const language = job.body.replyLanguage;
  const waits = step.kind === 'ask' || step.kind === 'confirm';
  const conversation = { language, flow: waits ? step.state : null };
  if (step.kind === 'hand_over') {
    const text = [...step.say, ...(step.spoken ? [] : [site.settings.texts.handedOver[language]])].join('\n');
    return { outcome: 'handed_over', tier: 'none', text, conversation: { ...conversation, handOver: { reason: step.reason, flow: step.state.flow, slots: step.state.slots } } };
  }
  // Before the flow's words: what it asks must stand last, or a "yes" would answer something else.
  const further = furtherWords(site, job);
  // A flow that ends without a word would leave the customer with an empty reply.
  const text = [...further, step.say.join('\n') || site.settings.texts.unknown[language]].join('\n\n');
  return { outcome: 'answered', tier: 'worker', text, conversation };
}

/** What the reply says to the rest of a message that asks for more than this flow. An answer that the site no longer has remains open. */
function furtherWords(site: Site, { body }: JobInput<typeof AnswerJob>): string[] {
  const { answers = [], others = false } = body.further ?? {};
  const known = site.answers.filter(({ id }) => answers.includes(id));
  return wordsForFurther({ answers: known, others: others || known.length < answers.length }, site.settings.texts, body.replyLanguage);
}
