export interface ServerSentEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: string;
}

/** One event as it goes over the wire. Data may hold line breaks; a name or an id must not, as ours never do. */
export function writeEvent({ event, id, data }: ServerSentEvent): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}${lines.join('')}\n`;
}

/** A comment: readers skip it, but proxies see that the connection lives. */
export const HEARTBEAT = ': heartbeat\n\n';

/** The headers of a stream of events. `x-accel-buffering` keeps nginx from holding it back. */
export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' } as const;

/** The pieces of `source`, with a heartbeat whenever it was silent for `everyMs`. Ends `source` when its reader leaves. */
export async function* withHeartbeats(source: AsyncIterable<string>, everyMs: number): AsyncGenerator<string, void, undefined> {
  const pieces = source[Symbol.asyncIterator]();
  try {
    let next = pieces.next();
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<'silence'>((resolve) => (timer = setTimeout(resolve, everyMs, 'silence')));
      const result = await Promise.race([next, silence]).finally(() => clearTimeout(timer));
      if (result === 'silence') {
        yield HEARTBEAT;
        continue;
      }
      if (result.done) return;
      yield result.value;
      next = pieces.next();
    }
  } finally {
    // Not awaited: a source that waits for its next event settles only when its own signal is aborted.
    pieces.return?.().catch(() => undefined);
  }
}
