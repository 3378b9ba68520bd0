import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** One chat call, as the server saw it. Times in milliseconds, by the clock of `nowMs`. */
export interface SlotCall {
  /** What stands behind `#` in the message. */
  readonly mark: string;
  readonly tokens: number;
  readonly arrivedAt: number;
  /** A slot was free and taken. Absent: its caller left before. */
  readonly startedAt?: number;
  /** Of the whole output, which is a JSON object. */
  readonly firstTokenAt?: number;
  /** The token with the first letter of what the customer is to read. */
  readonly textAt?: number;
  /** The first sentence was complete; of an answer from passages, with all that is needed to check it. */
  readonly sentenceAt?: number;
  readonly endedAt: number;
  /** Its caller left before the answer was complete. */
  readonly isAborted: boolean;
}

export type SlotNote = { readonly url: string } | { readonly started: string } | { readonly ended: SlotCall };

export interface SlotServer {
  readonly url: string;
  /** Marks of the calls that have a slot or had one. */
  readonly started: ReadonlySet<string>;
  /** Calls that are over. */
  readonly calls: readonly SlotCall[];
  stop(): Promise<void>;
}

/** The time in milliseconds, with fractions: the same in every thread. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/**
 * An Ollama with so many slots, of which each makes so many tokens a second whatever the others do, as a GPU with room for
 * its batch does. What finds no slot waits, in the order of its arrival. An answer has as many tokens as the message asks
 * for: `(40 tokens)`. Where the form asks for sentences with their passages, they are sentences of the first passage of the prompt.
 */
export async function startSlotServer(slots: number, tokensPerSecond: number): Promise<SlotServer> {
  const thread = new Worker(new URL('slot-server-thread.ts', import.meta.url), { workerData: { slots, tokensPerSecond } });
  const started = new Set<string>();
  const calls: SlotCall[] = [];
  const listening = Promise.withResolvers<string>();
  thread.once('error', (error) => listening.reject(error));
  thread.on('message', (note: SlotNote) => {
    if ('url' in note) listening.resolve(note.url);
    else if ('started' in note) started.add(note.started);
    else calls.push(note.ended);
  });
  return {
    url: await listening.promise,
    started,
    calls,
    stop: async () => {
      const exited = once(thread, 'exit');
      await thread.terminate();
      await exited;
    },
  };
}
