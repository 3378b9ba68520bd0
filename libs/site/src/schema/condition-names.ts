import type { Condition, Test } from './common.js';

export interface ConditionName {
  readonly name: string;
  /** Where it stands in the condition. */
  readonly path: readonly PropertyKey[];
}

export const isAlternatives = (name: string, test: Test | Condition[]): test is Condition[] => name === 'any' && Array.isArray(test) && test.every((one) => typeof one === 'object' && one !== null);

/** Every name that a condition asks for, in its alternatives also. */
export function* namesInCondition(condition: Condition, at: readonly PropertyKey[] = []): Generator<ConditionName> {
  for (const [name, test] of Object.entries(condition)) {
    const path = [...at, name];
    if (isAlternatives(name, test)) for (const [index, one] of test.entries()) yield* namesInCondition(one, [...path, index]);
    else yield { name, path };
  }
}
