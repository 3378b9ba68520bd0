import { namesInCondition, type Condition, type Text } from '@switchyard/site';
import type { Instruction } from './flow-program.js';
import { parseTemplate } from './parse-template.js';

const both = (text: Text | undefined): string[] => (text ? [text.zh, text.en] : []);

/** Every template of an instruction. */
export function templatesOf(instruction: Instruction): string[] {
  switch (instruction.op) {
    case 'ask':
      return [...both(instruction.question), ...both(instruction.retry)];
    case 'call':
      return Object.values(instruction.with);
    case 'confirm':
      return [...both(instruction.question), ...both(instruction.declined)];
    case 'say':
    case 'hand_over':
      return both(instruction.text);
    default:
      return [];
  }
}

/** The paths that a condition tests, those of its alternatives included. */
export function pathsOfCondition(condition: Condition): string[] {
  return [...namesInCondition(condition)].map(({ name }) => name);
}

/** The variables that an instruction reads: of its templates, and of its condition. Templates that cannot be parsed name none. */
export function pathsReadBy(instruction: Instruction): string[] {
  const fromTemplates = templatesOf(instruction).flatMap((template) =>
    parseTemplate(template).parts.flatMap((part) => (typeof part === 'string' ? [] : [part.path])),
  );
  return instruction.op === 'branch' ? [...fromTemplates, ...pathsOfCondition(instruction.when)] : fromTemplates;
}

/** The slots that a program asks for, clears or reads. */
export function slotsNamedBy(instructions: readonly Instruction[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const instruction of instructions) {
    if (instruction.op === 'ask' || instruction.op === 'clear') names.add(instruction.slot);
    for (const path of pathsReadBy(instruction)) {
      const [root, slot] = path.split('.');
      if (root === 'slots' && slot) names.add(slot);
    }
  }
  return names;
}
