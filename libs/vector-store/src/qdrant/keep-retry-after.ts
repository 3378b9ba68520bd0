import { Agent, Dispatcher1Wrapper, type Dispatcher } from 'undici';

/** Where the server's own `Retry-After` is found. */
export const RETRY_AFTER = 'x-retry-after';

const renamed = Buffer.from(RETRY_AFTER);
/** Names and values in turn, as they came. */
const rename = (headers: readonly Buffer[]): Buffer[] => headers.map((part, at) => (at % 2 === 0 && part.toString('latin1').toLowerCase() === 'retry-after' ? renamed : part));

/**
 * Connections to Qdrant that hand `Retry-After` on under another name: of the official client 1.19 a 429 that has the
 * header ends in an error that keeps the first digit of it only ("30" becomes 3).
 */
export function connectKeepingRetryAfter(connections: number): Pick<Dispatcher, 'dispatch' | 'close'> {
  // Times are bounded by the signal of each call.
  const agent = new Agent({ connections, bodyTimeout: 0, headersTimeout: 0 });
  // Node's own fetch, which the client calls, speaks to dispatchers as undici did before version 8.
  const dispatcher = new Dispatcher1Wrapper(agent);
  return {
    dispatch: (options, handler) => dispatcher.dispatch(options, new Proxy(handler, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...parameters: unknown[]) => unknown;
        return name === 'onHeaders' ? (status: number, headers: readonly Buffer[], ...more: unknown[]) => method(status, rename(headers), ...more) : method;
      },
    })),
    close: () => agent.close(),
  };
}
