import { inspect } from 'node:util';
import type { ChatModel } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { WHOLE_ANSWER, type FaultCase } from './fault-script.js';

export interface RunFaultOptions {
  /** How long a call may take once its server has ended or its caller has given up, in milliseconds. */
  readonly boundMs: number;
  /** The first is asked of the model; none may come back in an error. */
  readonly secrets: readonly [string, ...string[]];
}

/**
 * Calls a model whose server does as the case says.
 * @returns what is wrong with how the call ended; nothing where it ended as it should: in the whole answer, in a MeshError without the
 * customer's words, or, given up, in the reason of that
 */
export async function runFaultCase(model: ChatModel, { script, abortAfterMs }: FaultCase, { boundMs, secrets }: RunFaultOptions): Promise<string[]> {
  const controller = new AbortController();
  const reason = new MeshError('REQUEST_CANCELLED', 'given up');
  const giveUp = abortAfterMs === undefined ? undefined : setTimeout(() => controller.abort(reason), abortAfterMs);
  let bound: NodeJS.Timeout | undefined;
  const late = new Promise<'hangs'>((resolve) => (bound = setTimeout(() => resolve('hangs'), boundMs)));
  let streamed = '';
  const call = model.complete({ messages: [{ role: 'user', content: secrets[0] }], maxTokens: 64 }, { signal: controller.signal, onDelta: (piece) => void (streamed += piece) }).then(
    (completion) => ({ completion }),
    (error: unknown) => ({ error }),
  );
  const end = await Promise.race([call, late]);
  clearTimeout(giveUp);
  clearTimeout(bound);
  const wrong: string[] = [];
  const say = (what: string): void => void wrong.push(`${script.fault}: ${what}`);
  if (end === 'hangs') {
    say('hangs');
    controller.abort(reason);
    return wrong;
  }
  if ('completion' in end) {
    if (script.wanted === 'error') say('a broken answer is taken for a whole one');
    if (end.completion.text !== WHOLE_ANSWER) say(`another answer: ${JSON.stringify(end.completion.text)}`);
    if (streamed !== WHOLE_ANSWER) say('what was streamed is not the answer');
    return wrong;
  }
  if (controller.signal.aborted) {
    if (end.error !== reason) say(`given up, but it rejects with ${inspect(end.error, { depth: 0 })}`);
    return wrong;
  }
  if (script.wanted === 'whole') say(`fails: ${String(end.error)}`);
  if (!MeshError.is(end.error)) say(`no MeshError: ${inspect(end.error, { depth: 0 })}`);
  const told = inspect(end.error, { depth: 12, showHidden: true, maxStringLength: null });
  if (secrets.some((secret) => told.includes(secret))) say('the error quotes what is nobody else’s');
  if (!WHOLE_ANSWER.startsWith(streamed)) say('pieces of another answer were streamed');
  return wrong;
}

/** Calls that are under way at once. */
const AT_ONCE = 25;

/** Runs all of them, some at a time. @returns what is wrong with any */
export async function inTurns<Item>(items: readonly Item[], run: (item: Item, index: number) => Promise<string[]>): Promise<string[]> {
  const wrong: string[] = [];
  const rest = items.entries();
  const runner = async (): Promise<void> => {
    for (const [index, item] of rest) wrong.push(...(await run(item, index)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  return wrong;
}
