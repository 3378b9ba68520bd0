/** One command of a message: `work=50`, `block@1=12000` (in the first run only), `die`. */
export interface Command {
  readonly name: string;
  readonly value: number;
}

export const SCRIPT_QUEUES = ['worker', 'retrieval', 'expert'] as const;
export type ScriptQueue = (typeof SCRIPT_QUEUES)[number];

/**
 * What a message tells a scripted tier to do in this run:
 * - `work=MS`: wait, and stop when nobody waits for the answer any more; `hold=MS`: wait whatever happens;
 * - `block=MS`: keep the event loop busy; `die`: end the process;
 * - `refuse=MS`: fail in a way that is tried again, after this time; `effect`: have the shop do something;
 * - `say=N`: send so many pieces of 1,000 characters.
 */
export function readScript(text: string, run: number): Command[] {
  return [...text.matchAll(/\b([a-z]+)(?:@(\d+))?(?:=(\d+))?(?=\s|$)/g)].flatMap(([, name = '', only, value]) => (only === undefined || Number(only) === run ? [{ name, value: Number(value ?? 0) }] : []));
}

/** The tier that a message names, `to:retrieval`; the worker where it names none. */
export const queueOf = (text: string): ScriptQueue => SCRIPT_QUEUES.find((queue) => text.includes(`to:${queue}`)) ?? 'worker';
