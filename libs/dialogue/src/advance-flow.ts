import type { FlowState, ReplyLanguage, Slots, ToolOutcome } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { DEFAULT_TRIES } from './compile-flow.js';
import type { FlowInput, FlowProgram, FlowStepResult, Instruction } from './flow-program.js';
import { LEFT, YES_OR_NO } from './flow-phrases.js';
import { readReply } from './read-reply.js';
import { render } from './render-template.js';
import { runInstructions, scopeOf, type RunningState } from './run-instructions.js';

/** The state of a flow that has not begun. */
export function startFlow(program: FlowProgram, siteVersion: string, slots: Slots = {}): FlowState {
  return { flow: program.name, siteVersion, at: 0, slots, results: {}, expects: '', tries: 0 };
}

/** The same flow from the top with the slots that are known, and the arguments that wait for a yes: for a new version of the site, where `at` means nothing. */
export function restartFlow(program: FlowProgram, state: RunningState, siteVersion: string): FlowState {
  return { ...startFlow(program, siteVersion, state.slots), ...(state.arguments === undefined ? {} : { arguments: state.arguments }) };
}

function known(program: FlowProgram, slots: Slots): Slots {
  return Object.fromEntries(Object.entries(slots).filter(([name]) => program.slots.has(name)));
}

/**
 * One message of the customer: reads it as the reply to what was asked and runs on until the flow must ask, call a
 * tool, hand over or ends. On `call` the caller performs the call and goes on with `resume`.
 * A corrected slot runs the flow from the top with the new value and without results, so that nothing that was
 * looked up or agreed to under the old value is used.
 * @throws MeshError SITE_INVALID where a template names a variable that has no value
 */
export function advance(program: FlowProgram, state: FlowState, input: FlowInput): FlowStepResult {
  const { language } = input;
  if (state.expects === '') {
    return runInstructions(program, { ...state, slots: { ...state.slots, ...known(program, input.slots) } }, [], language);
  }
  const reply = readReply(program, state, input);
  // A yes to something that was said in between is none to the confirmation; a no or a correction does no harm.
  if ((reply.kind === 'yes' || reply.kind === 'unusable') && state.expects === 'confirm' && !askedLast(program, state, input.lastSaid)) return confirmAnew(program, state, language);
  const slots = 'slots' in reply ? { ...state.slots, ...reply.slots } : state.slots;
  switch (reply.kind) {
    case 'leave':
      return { kind: 'ended', reason: 'left', say: [LEFT[language]], state };
    case 'corrected':
      return runInstructions(program, { ...startFlow(program, state.siteVersion, slots), failedCalls: (state as RunningState).failedCalls ?? 0 }, [], language);
    case 'filled':
      return runInstructions(program, { ...state, slots, expects: '', tries: 0 }, [], language);
    case 'yes':
      return runInstructions(program, { ...state, confirmed: true, at: state.at + 1, expects: '', tries: 0 }, [], language);
    case 'no':
      return { kind: 'ended', reason: 'declined', say: declinedText(program, state, language), state };
    default:
      return askAgain(program, state, language);
  }
}

function waitingAt(program: FlowProgram, state: FlowState): Instruction | undefined {
  return program.instructions[state.at];
}

/** Whether the confirmation stood at the end of what was said last, in whichever language: the reply's may have changed since. */
function askedLast(program: FlowProgram, state: FlowState, lastSaid: string | undefined): boolean {
  const instruction = waitingAt(program, state);
  if (instruction?.op !== 'confirm' || lastSaid === undefined) return false;
  return (['zh', 'en'] as const).some((language) => lastSaid.trimEnd().endsWith(render(instruction.question[language], scopeOf(state, language), language).trimEnd()));
}

/** The confirmation once more, which counts as no try: the customer was talking about something else. */
function confirmAnew(program: FlowProgram, state: FlowState, language: ReplyLanguage): FlowStepResult {
  const instruction = waitingAt(program, state);
  if (instruction?.op !== 'confirm') return askAgain(program, state, language);
  return { kind: 'confirm', say: [render(instruction.question[language], scopeOf(state, language), language)], state };
}

function declinedText(program: FlowProgram, state: FlowState, language: ReplyLanguage): string[] {
  const instruction = waitingAt(program, state);
  return [instruction?.op === 'confirm' ? render(instruction.declined[language], scopeOf(state, language), language) : LEFT[language]];
}

function askAgain(program: FlowProgram, before: FlowState, language: ReplyLanguage): FlowStepResult {
  const instruction = waitingAt(program, before);
  const state = { ...before, tries: before.tries + 1 };
  const fill = (text: { zh: string; en: string }): string => render(text[language], scopeOf(state, language), language);
  if (instruction?.op === 'ask') {
    if (state.tries >= instruction.tries) return { kind: 'hand_over', reason: 'tries', spoken: false, say: [], state };
    return { kind: 'ask', slot: instruction.slot, say: [fill(instruction.retry ?? instruction.question)], state };
  }
  if (instruction?.op === 'confirm') {
    if (state.tries >= DEFAULT_TRIES) return { kind: 'hand_over', reason: 'tries', spoken: false, say: [], state };
    return { kind: 'confirm', say: [YES_OR_NO[language], fill(instruction.question)], state };
  }
  // The state does not belong to this program: begin again with what is known.
  return runInstructions(program, startFlow(program, before.siteVersion, before.slots), [], language);
}

/**
 * Goes on after a tool call.
 * @throws MeshError TOOL_UNAVAILABLE (worth another try) or TOOL_REJECTED where the flow has no step for the error
 */
export function resume(program: FlowProgram, pending: Extract<FlowStepResult, { kind: 'call' }>, outcome: ToolOutcome, language: ReplyLanguage): FlowStepResult {
  const state: RunningState = pending.state;
  const instruction = program.instructions[pending.call.at];
  if (instruction?.op !== 'call') throw new MeshError('INTERNAL', `flow ${program.name}: instruction ${pending.call.at} is no call`);
  if (outcome.ok) {
    const results = instruction.save === undefined ? state.results : { ...state.results, [instruction.save]: outcome.value };
    return runInstructions(program, { ...state, results, at: pending.call.at + 1, failedCalls: 0 }, pending.say, language);
  }
  const at = instruction.onError[outcome.error] ?? instruction.onError['any'];
  if (at === undefined) {
    const code = outcome.error === 'unavailable' ? 'TOOL_UNAVAILABLE' : 'TOOL_REJECTED';
    throw new MeshError(code, `tool ${instruction.tool}: ${outcome.error}, for which ${instruction.path} of the flow ${program.name} has no step`);
  }
  return runInstructions(program, { ...state, at, failedCalls: (state.failedCalls ?? 0) + 1 }, pending.say, language);
}
