import { Worker } from 'node:worker_threads';

/** One call of a model. */
export interface ModelCall {
  /** What stands behind `#` in the customer's message. */
  readonly mark: string;
  readonly at: number;
  /** When the caller hung up before the answer was complete. */
  abortedAt?: number;
  endedAt?: number;
}

export interface ModelServer {
  readonly url: string;
  readonly calls: readonly ModelCall[];
  /** How long an answer takes from now on, where the message names no time of its own: `(300 ms)`. */
  answerIn(ms: number): void;
  stop(): Promise<void>;
}

/** What the thread tells and is told. */
export type ModelNote =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'began'; readonly call: number; readonly at: number; readonly mark: string }
  | { readonly kind: 'ended' | 'aborted'; readonly call: number; readonly at: number };
export interface ModelOrder {
  readonly answerMs: number;
}

export const LOCAL_MODEL = 'qwen2.5:7b-instruct';
export const CLOUD_MODEL = 'scripted';

/** An Ollama and an OpenAI-compatible cloud in one, that take the time they are told to and notice who hangs up. */
export async function startModelServer(): Promise<ModelServer> {
  const thread = new Worker(new URL('model-server-thread.ts', import.meta.url));
  const calls = new Map<number, ModelCall>();
  const list: ModelCall[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    thread.once('error', reject);
    thread.on('message', (note: ModelNote) => {
      if (note.kind === 'listening') return resolve(note.url);
      if (note.kind === 'began') {
        const call: ModelCall = { mark: note.mark, at: note.at };
        calls.set(note.call, call);
        return void list.push(call);
      }
      const call = calls.get(note.call);
      if (call) call[note.kind === 'ended' ? 'endedAt' : 'abortedAt'] = note.at;
    });
  });
  return {
    url,
    calls: list,
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    answerIn: (answerMs) => thread.postMessage({ answerMs } satisfies ModelOrder),
    stop: async () => void (await thread.terminate()),
  };
}
