import type { FlowState } from '@switchyard/contracts';
import { confirmationName, type Site, type ToolDefinition } from '@switchyard/site';
import { compileFlow } from './compile-flow.js';
import type { FlowProgram, Instruction } from './flow-program.js';
import { AGREED_RESULT, type RunningState } from './run-instructions.js';

const programs = new WeakMap<ToolDefinition, FlowProgram>();

/**
 * What happens to a tool with an effect that a model has asked for: the customer is asked as by the `confirm` of a flow, and
 * only on a yes it is called, with the arguments that the question was about. Undefined where a model may not ask for it.
 */
export function confirmationOf(tool: ToolDefinition): FlowProgram | undefined {
  const { confirm } = tool;
  if (tool.effect !== 'write' || confirm === undefined) return undefined;
  const known = programs.get(tool);
  if (known) return known;
  const instructions: Instruction[] = [
    { op: 'confirm', path: 'confirm.question', question: confirm.question, declined: confirm.declined },
    { op: 'call', path: 'confirm', tool: tool.name, with: {}, asAgreed: true, save: AGREED_RESULT, onError: {} },
    { op: 'say', path: 'confirm.done', text: confirm.done },
    { op: 'end', path: 'confirm' },
  ];
  const program: FlowProgram = { name: confirmationName(tool), instructions, slots: new Set(), leave: [] };
  programs.set(tool, program);
  return program;
}

/** The state of a confirmation that has not been asked yet. */
export function startConfirmation(program: FlowProgram, siteVersion: string, given: Readonly<Record<string, unknown>>): FlowState {
  const state: RunningState = { flow: program.name, siteVersion, at: 0, slots: {}, results: {}, expects: '', tries: 0, arguments: given };
  return state;
}

/** All that a conversation may have open, by name: the site's flows, and the confirmations of its tools. */
export function programsOf(site: Pick<Site, 'flows' | 'tools'>): Map<string, FlowProgram> {
  const confirmations = [...site.tools.values()].flatMap((tool) => confirmationOf(tool) ?? []);
  return new Map([...[...site.flows.values()].map(compileFlow), ...confirmations].map((program) => [program.name, program]));
}

/** One of them. */
export function programOf(site: Pick<Site, 'flows' | 'tools'>, name: string): FlowProgram | undefined {
  const flow = site.flows.get(name);
  if (flow) return compileFlow(flow);
  const tool = [...site.tools.values()].find((one) => confirmationName(one) === name);
  return tool && confirmationOf(tool);
}
