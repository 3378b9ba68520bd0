/**
 * One operation of the store's script: a name, its arguments, and how to read its answer. `slot` is a key of the slot
 * that it works in; on a cluster operations of one slot can share a round trip.
 */
export interface Operation<Answer> {
  readonly name: string;
  readonly slot: string;
  readonly values: readonly (string | number)[];
  readonly read: (answer: unknown) => Answer;
}

/** The arguments of the script for some operations, in order. */
export function argumentsOf(operations: readonly Operation<unknown>[]): (string | number)[] {
  const flat: (string | number)[] = [];
  for (const { name, values } of operations) flat.push(values.length, name, ...values);
  return flat;
}

/** What the script says of an operation that failed. */
export function failureOf(answer: unknown): Error | undefined {
  return typeof answer === 'string' && answer.startsWith('!') ? new Error(`Redis refused an operation: ${answer.slice(1)}`) : undefined;
}
