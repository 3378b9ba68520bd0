import type { ChatCompletion, ChatModel, ChatOptions, ChatRequest } from '@switchyard/contracts';
import { MeshError, type ErrorCode } from '@switchyard/errors';
import { createEndpoint, type Endpoint } from './pool/endpoint.js';
import { chooseEndpoint } from './pool/choose-endpoint.js';

export interface PoolOptions {
  /** Calls that each server works on at once; more of them wait here, where they can still be given up. */
  readonly slots: number;
  /** Milliseconds, for tests. Default: a clock that never goes back. */
  readonly now?: () => number;
}

/** Another server may do better; the others say something of the request. */
const ANOTHER_MAY = new Set<ErrorCode>(['MODEL_UNAVAILABLE', 'MODEL_OVERLOADED', 'MODEL_MISSING']);

interface Waiting {
  readonly affinity: string | undefined;
  readonly tried: ReadonlySet<Endpoint>;
  readonly give: (endpoint: Endpoint) => void;
}

/**
 * Several servers with one model as one. A call goes to the server that has its conversation's prefix in its cache, where
 * that has a free slot, else to the least loaded one; where all slots are taken it waits, first come, first served, and an
 * aborted call leaves without having reached a server. A server that cannot be reached is left alone for some seconds; a
 * call that it has not begun to answer, or of whose answer nothing is kept, goes to another one, each once. One that says it is overloaded gets no
 * more calls at once than it goes on with, and one more each time that it has answered as many.
 * @param models of the same name, at least one
 */
export function poolModels(models: readonly ChatModel[], { slots, now = () => performance.now() }: PoolOptions): ChatModel {
  const endpoints = models.map((model) => createEndpoint(model, slots, now));
  const waiting: Waiting[] = [];

  const serveWaiting = (): void => {
    for (let at = 0; at < waiting.length; ) {
      const next = waiting[at] as Waiting;
      const endpoint = chooseEndpoint(endpoints, next.affinity, next.tried);
      if (endpoint === 'full') at++;
      else {
        waiting.splice(at, 1);
        next.give(endpoint);
      }
    }
  };

  /** A slot of one that was not tried yet. @throws the signal's reason */
  const takeSlot = async (affinity: string | undefined, tried: ReadonlySet<Endpoint>, signal: AbortSignal): Promise<Endpoint> => {
    // Who waits already goes first.
    const free = waiting.length === 0 ? chooseEndpoint(endpoints, affinity, tried) : 'full';
    if (free !== 'full') {
      free.begin();
      return free;
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(own), 1);
        reject(signal.reason as Error);
      };
      const own: Waiting = {
        affinity,
        tried,
        give: (endpoint) => {
          signal.removeEventListener('abort', leave);
          endpoint.begin();
          resolve(endpoint);
        },
      };
      waiting.push(own);
      signal.addEventListener('abort', leave, { once: true });
    });
  };

  const complete = async (request: ChatRequest, options: ChatOptions): Promise<ChatCompletion> => {
    const tried = new Set<Endpoint>();
    for (;;) {
      options.signal.throwIfAborted();
      const endpoint = await takeSlot(options.affinity, tried, options.signal);
      let hasBegun = false;
      const onDelta = (text: string): void => {
        hasBegun = true;
        options.onDelta?.(text);
      };
      try {
        const completion = await endpoint.model.complete(request, { ...options, ...(options.onDelta ? { onDelta } : {}) });
        endpoint.end(undefined);
        return { ...completion, host: endpoint.model.host };
      } catch (error) {
        const code = MeshError.is(error) && !options.signal.aborted ? error.code : undefined;
        endpoint.end(code);
        tried.add(endpoint);
        if (code === undefined || !ANOTHER_MAY.has(code) || tried.size === endpoints.length) throw error;
        if (hasBegun && !options.mayRestart?.()) throw error;
      } finally {
        serveWaiting();
      }
    }
  };

  const ready = async (signal: AbortSignal): Promise<void> => {
    const answers = await Promise.allSettled(endpoints.map(({ model }) => model.ready(signal)));
    for (const [at, answer] of answers.entries()) endpoints[at]?.mark(answer.status === 'fulfilled');
    serveWaiting();
    if (answers.every(({ status }) => status === 'rejected')) throw answers.find((answer) => answer.status === 'rejected')?.reason;
  };

  const [first] = models;
  if (!first) throw new RangeError('a pool needs a server');
  return { model: first.model, ...(first.adapter === undefined ? {} : { adapter: first.adapter }), where: 'local', host: models.map(({ host }) => host).join(','), complete, ready };
}
