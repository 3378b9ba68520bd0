import type { FlowFile, SlotDefinition, ToolDefinition } from '@switchyard/site';
import { buildProgram } from './compile-flow.js';
import type { Instruction } from './flow-program.js';
import { factsOnEveryPath, findEndlessLoops, type PathFacts } from './flow-graph.js';
import { pathsOfCondition, templatesOf } from './names-in-flow.js';
import { parseTemplate } from './parse-template.js';
import { problemOfFilter } from './template-filters.js';

/** What a site has that a flow may name. */
export interface KnownNames {
  readonly tools: ReadonlyMap<string, ToolDefinition>;
  readonly slots: Readonly<Record<string, SlotDefinition>>;
}

/** Error names that any tool can end with, whatever its file says. */
const BUILT_IN_ERRORS = ['any', 'unavailable', 'rejected'];

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Everything that is wrong with a flow, as `steps[2].then[0]: reason`; empty where it is sound. Finds names that do
 * not exist, templates that could never be filled in, loops that never stop, and tools with an effect that could
 * be called before the customer has confirmed.
 */
export function checkFlow(flow: FlowFile, known: KnownNames): string[] {
  const { program, problems } = buildProgram(flow);
  const { instructions } = program;
  const saved = new Set(instructions.flatMap((one) => (one.op === 'call' && one.save !== undefined ? [one.save] : [])));
  const facts = factsOnEveryPath(instructions);
  const found = [...problems];
  for (const [at, instruction] of instructions.entries()) {
    const report = (reason: string): void => void found.push(`${instruction.path}: ${reason}`);
    checkNames(instruction, known, report);
    checkTemplates(instruction, known, saved, facts[at], report);
    if (instruction.op === 'call') checkCall(instruction, known, facts[at], report);
  }
  for (const at of findEndlessLoops(instructions)) found.push(`${instructions[at]?.path ?? 'steps'}: the loop neither asks nor calls, so it would never stop`);
  return [...new Set(found)];
}

type Report = (reason: string) => void;

function checkNames(instruction: Instruction, known: KnownNames, report: Report): void {
  if ((instruction.op === 'ask' || instruction.op === 'clear') && !Object.hasOwn(known.slots, instruction.slot)) report(`there is no slot "${instruction.slot}"`);
}

function checkPath(path: string, known: KnownNames, saved: ReadonlySet<string>): string | undefined {
  const [root, name] = path.split('.');
  if (path === 'request.language') return undefined;
  if (root === 'slots' && name !== undefined) return Object.hasOwn(known.slots, name) ? undefined : `${path} names a slot that no intent has`;
  if (root === 'results' && name !== undefined) return saved.has(name) ? undefined : `${path} names a result that no call of the flow saves`;
  return `${path} is not a variable: slots.…, results.… and request.language are`;
}

function checkTemplates(instruction: Instruction, known: KnownNames, saved: ReadonlySet<string>, facts: PathFacts | undefined, report: Report): void {
  for (const template of templatesOf(instruction)) {
    const { parts, problems } = parseTemplate(template);
    problems.forEach(report);
    for (const part of parts) {
      if (typeof part === 'string') continue;
      const unknown = checkPath(part.path, known, saved);
      const [root, name] = part.path.split('.');
      const optional = part.filters.some((filter) => filter.name === 'default');
      if (unknown) report(`{{${part.source}}}: ${unknown}`);
      // Reachable without the call: the template would have no value on that way.
      else if (root === 'results' && name !== undefined && !optional && facts && !facts.results.has(name)) report(`{{${part.source}}}: can be reached before the call that saves ${name}`);
      for (const filter of part.filters) {
        const problem = problemOfFilter(filter.name, filter.argument);
        if (problem) report(`{{${part.source}}}: ${problem}`);
      }
    }
  }
  if (instruction.op !== 'branch') return;
  for (const path of pathsOfCondition(instruction.when)) {
    const unknown = checkPath(path, known, saved);
    if (unknown) report(unknown);
  }
}

function checkCall(call: Extract<Instruction, { op: 'call' }>, known: KnownNames, facts: PathFacts | undefined, report: Report): void {
  const tool = known.tools.get(call.tool);
  if (!tool) return report(`there is no tool "${call.tool}"`);
  if (tool.effect === 'write' && facts?.confirmed === false) report(`${call.tool} has an effect and can be reached without a "confirm" before it`);
  const names = new Set([...BUILT_IN_ERRORS, ...(tool.kind === 'http' ? Object.values(tool.errors) : [])]);
  for (const name of Object.keys(call.onError)) if (!names.has(name)) report(`onError names "${name}", which ${call.tool} never ends with`);
  const { required, properties } = tool.arguments;
  if (Array.isArray(required)) for (const name of required) if (typeof name === 'string' && !Object.hasOwn(call.with, name)) report(`${call.tool} needs the argument "${name}"`);
  if (isRecord(properties)) for (const name of Object.keys(call.with)) if (!Object.hasOwn(properties, name)) report(`${call.tool} has no argument "${name}"`);
}
