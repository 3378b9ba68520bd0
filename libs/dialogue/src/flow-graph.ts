import type { Instruction } from './flow-program.js';

/** Where an instruction can lead to. */
export function successors(instruction: Instruction, at: number): number[] {
  switch (instruction.op) {
    case 'jump':
      return [instruction.to];
    case 'branch':
      return [at + 1, instruction.otherwise];
    case 'call':
      return [at + 1, ...Object.values(instruction.onError)];
    case 'end':
    case 'hand_over':
      return [];
    default:
      return [at + 1];
  }
}

/**
 * Instructions that lead back to themselves without an `ask`, a `confirm` or a `call` on the way: a flow that gets
 * there never stops. An `ask` counts as a stop, though it is skipped while its slot is filled; the run-time bound
 * on steps is for that case.
 */
export function findEndlessLoops(instructions: readonly Instruction[]): number[] {
  const passes = (at: number): boolean => !['ask', 'confirm', 'call'].includes(instructions[at]?.op ?? 'end');
  const state = new Map<number, 'open' | 'done'>();
  const heads: number[] = [];
  const visit = (at: number): void => {
    state.set(at, 'open');
    const instruction = instructions[at];
    for (const next of instruction ? successors(instruction, at).filter(passes) : []) {
      if (state.get(next) === 'open') heads.push(at);
      else if (!state.has(next)) visit(next);
    }
    state.set(at, 'done');
  };
  for (const at of instructions.keys()) if (passes(at) && !state.has(at)) visit(at);
  return heads;
}

/**
 * For every instruction, what holds on each way that leads to it: whether the customer has confirmed, and which
 * results are saved. Undefined where nothing leads.
 */
export function factsOnEveryPath(instructions: readonly Instruction[]): (PathFacts | undefined)[] {
  const facts: (PathFacts | undefined)[] = instructions.map(() => undefined);
  const queue: { at: number; facts: PathFacts }[] = [{ at: 0, facts: { confirmed: false, results: new Set() } }];
  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    const instruction = instructions[entry.at];
    if (!instruction) continue;
    const before = facts[entry.at];
    const merged = before ? meet(before, entry.facts) : entry.facts;
    if (before && same(before, merged)) continue;
    facts[entry.at] = merged;
    for (const at of successors(instruction, entry.at)) queue.push({ at, facts: after(instruction, merged, at === entry.at + 1) });
  }
  return facts;
}

export interface PathFacts {
  readonly confirmed: boolean;
  readonly results: ReadonlySet<string>;
}

function after(instruction: Instruction, facts: PathFacts, straightOn: boolean): PathFacts {
  if (instruction.op === 'confirm') return { ...facts, confirmed: true };
  if (instruction.op === 'clear') return { ...facts, confirmed: false };
  if (instruction.op === 'call' && straightOn && instruction.save !== undefined) return { ...facts, results: new Set([...facts.results, instruction.save]) };
  return facts;
}

const meet = (a: PathFacts, b: PathFacts): PathFacts => ({ confirmed: a.confirmed && b.confirmed, results: new Set([...a.results].filter((name) => b.results.has(name))) });
const same = (a: PathFacts, b: PathFacts): boolean => a.confirmed === b.confirmed && a.results.size === b.results.size;
