import type { FlowState, ReplyLanguage } from '@switchyard/contracts';
import { matches } from '@switchyard/routing';
import type { FlowProgram, FlowStepResult } from './flow-program.js';
import { render, renderValue, type TemplateScope } from './render-template.js';

/** Steps between two stops. `checkFlow` refuses loops that cannot stop; this is for flows that were never checked. */
const MAX_STEPS = 1_000;

/** What a flow keeps beyond the contract's fields; FlowState is loose, so it travels along. */
export interface RunningState extends FlowState {
  /** The customer said yes to a `confirm` of this run. */
  readonly confirmed?: boolean;
  /** Tool errors since the last call that went well. */
  readonly failedCalls?: number;
  /** Of a tool that a model asked for: what it is called with, once the customer agrees. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** Where the result of a call that was agreed to is kept. */
export const AGREED_RESULT = 'agreed';

export function scopeOf(state: RunningState, language: ReplyLanguage): TemplateScope {
  const slots = Object.fromEntries(Object.entries(state.slots).map(([name, slot]) => [name, slot.value]));
  const agreed = state.arguments === undefined ? {} : { arguments: state.arguments, result: state.results[AGREED_RESULT] };
  return { slots, results: state.results, request: { language }, ...agreed };
}

export function without<Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

/** Runs from `state.at` until the flow must ask, call, hand over or ends. Pure; `spoken` is put before what is said. */
export function runInstructions(program: FlowProgram, from: RunningState, spoken: readonly string[], language: ReplyLanguage): FlowStepResult {
  const say = [...spoken];
  let state = from;
  for (let step = 0; step < MAX_STEPS; step++) {
    const instruction = program.instructions[state.at] ?? { op: 'end' };
    const next = (change: Partial<RunningState> = {}): RunningState => ({ ...state, at: state.at + 1, ...change });
    switch (instruction.op) {
      case 'say':
        say.push(render(instruction.text[language], scopeOf(state, language), language));
        state = next();
        break;
      case 'ask':
        if (state.slots[instruction.slot]) {
          state = next();
          break;
        }
        // Three order numbers that nobody knows are three tries, though each was a well-formed reply.
        if ((state.failedCalls ?? 0) >= instruction.tries) return { kind: 'hand_over', reason: 'calls_failed', spoken: false, say, state };
        say.push(render(instruction.question[language], scopeOf(state, language), language));
        return { kind: 'ask', slot: instruction.slot, say, state: { ...state, expects: `slot:${instruction.slot}`, tries: 0 } };
      case 'confirm':
        say.push(render(instruction.question[language], scopeOf(state, language), language));
        return { kind: 'confirm', say, state: { ...state, expects: 'confirm', tries: 0 } };
      case 'call': {
        const scope = scopeOf(state, language);
        const given = instruction.asAgreed ? { ...state.arguments } : Object.fromEntries(Object.entries(instruction.with).map(([name, template]) => [name, renderValue(template, scope, language)]));
        return { kind: 'call', say, state, call: { tool: instruction.tool, arguments: given, at: state.at, confirmed: state.confirmed === true } };
      }
      case 'branch':
        state = matches(instruction.when, scopeOf(state, language)) ? next() : { ...state, at: instruction.otherwise };
        break;
      case 'jump':
        state = { ...state, at: instruction.to };
        break;
      case 'clear':
        // What was agreed to named the old value.
        state = next({ slots: without(state.slots, instruction.slot), confirmed: false });
        break;
      case 'hand_over':
        if (instruction.text) say.push(render(instruction.text[language], scopeOf(state, language), language));
        return { kind: 'hand_over', reason: instruction.reason, spoken: instruction.text !== undefined, say, state };
      case 'end':
        return { kind: 'ended', reason: 'done', say, state };
    }
  }
  return { kind: 'hand_over', reason: 'steps_exhausted', spoken: false, say, state };
}
