import { MeshError } from '@switchyard/errors';
import type { FlowFile, FlowStep } from '@switchyard/site';
import type { FlowProgram, Instruction } from './flow-program.js';
import { slotsNamedBy } from './names-in-flow.js';

/** How often a question is asked before a person takes over, where the step does not say. */
export const DEFAULT_TRIES = 3;

export interface CompiledFlow {
  readonly program: FlowProgram;
  /** What could not be resolved: `path: reason`. */
  readonly problems: readonly string[];
}

/** Every message of an open flow needs its program. */
const compiled = new WeakMap<FlowFile, FlowProgram>();

/**
 * Flow file -> program, the same one for the same file. Throws MeshError SITE_INVALID where a `goto` names no `id`; a site
 * that passed `checkFlow` always compiles.
 */
export function compileFlow(flow: FlowFile): FlowProgram {
  const known = compiled.get(flow);
  if (known) return known;
  const { program, problems } = buildProgram(flow);
  if (problems.length > 0) throw new MeshError('SITE_INVALID', `flow ${flow.name}: ${problems.join('; ')}`, { field: `flows/${flow.name}` });
  compiled.set(flow, program);
  return program;
}

/** As `compileFlow`, with the problems as a value; unresolved jumps lead to the end. */
export function buildProgram(flow: FlowFile): CompiledFlow {
  const instructions: Instruction[] = [];
  const labels = new Map<string, number>();
  const gotos: { at: number; id: string; path: string }[] = [];
  const problems: string[] = [];

  /** Keeps a place for an instruction whose target is not known yet. */
  const reserve = (path: string): number => instructions.push({ op: 'jump', path, to: -1 }) - 1;
  const here = (): number => instructions.length;
  const jumpFrom = (at: number, path: string): void => void (instructions[at] = { op: 'jump', path, to: here() });

  const compileCall = (step: Extract<FlowStep, { call: string }>, path: string): void => {
    const at = reserve(path);
    const onError: Record<string, number> = {};
    const branches = Object.entries(step.onError ?? {});
    const exits = branches.length > 0 ? [reserve(path)] : [];
    for (const [name, steps] of branches) {
      onError[name] = here();
      compileSteps(steps, `${path}.onError.${name}`);
      exits.push(reserve(path));
    }
    for (const exit of exits) jumpFrom(exit, path);
    instructions[at] = { op: 'call', path, tool: step.call, with: step.with ?? {}, save: step.save, onError };
  };

  const compileIf = (step: Extract<FlowStep, { if: unknown }>, path: string): void => {
    const at = reserve(path);
    compileSteps(step.then, `${path}.then`);
    const skip = step.else === undefined ? undefined : reserve(path);
    instructions[at] = { op: 'branch', path, when: step.if, otherwise: here() };
    if (skip === undefined) return;
    compileSteps(step.else ?? [], `${path}.else`);
    jumpFrom(skip, path);
  };

  const compileStep = (step: FlowStep, path: string): void => {
    if ('ask' in step) instructions.push({ op: 'ask', path, slot: step.ask, question: step.question, retry: step.retry, tries: step.tries ?? DEFAULT_TRIES });
    else if ('call' in step) compileCall(step, path);
    else if ('confirm' in step) instructions.push({ op: 'confirm', path, question: step.confirm, declined: step.declined });
    else if ('if' in step) compileIf(step, path);
    else if ('say' in step) instructions.push({ op: 'say', path, text: step.say });
    else if ('clear' in step) instructions.push({ op: 'clear', path, slot: step.clear });
    else if ('goto' in step) gotos.push({ at: reserve(path), id: step.goto, path });
    else if ('handOver' in step) instructions.push({ op: 'hand_over', path, reason: step.handOver, text: step.text });
    else if ('end' in step) instructions.push({ op: 'end', path });
    else if (labels.has(step.id)) problems.push(`${path}: the id "${step.id}" is given twice`);
    else labels.set(step.id, here());
  };

  function compileSteps(steps: readonly FlowStep[], path: string): void {
    for (const [index, step] of steps.entries()) compileStep(step, `${path}[${index}]`);
  }

  compileSteps(flow.steps, 'steps');
  const end = instructions.push({ op: 'end', path: 'steps' }) - 1;
  for (const { at, id, path } of gotos) {
    const to = labels.get(id);
    if (to === undefined) problems.push(`${path}: goto names the id "${id}", which no step has`);
    instructions[at] = { op: 'jump', path, to: to ?? end };
  }
  return { program: { name: flow.name, instructions, slots: slotsNamedBy(instructions), leave: flow.leave }, problems };
}
