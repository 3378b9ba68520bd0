import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { ENTRIES_A_READ, framesOf } from './frame-stream.js';
import type { FrameOpener, OpenedFrame } from './opened-frame.js';

interface Asked extends PromiseWithResolvers<readonly OpenedFrame[]> {
  readonly requestId: string;
  readonly fromMs: number;
}

/**
 * Reads streams back for clients that missed something. One pass over a stream serves all who wait for it: when a gateway
 * dies hundreds of its clients come at once, and a pass for each would cost as many times as much.
 */
export class StreamReplays {
  private readonly waiting = new Map<string, Asked[]>();
  private readonly reading = new Set<string>();

  constructor(
    private readonly commands: RedisConnection,
    private readonly open: FrameOpener,
  ) {}

  /** The frames of a request that stand on a stream, as they stand there, from a time of Redis' clock on. @throws MeshError QUEUE_UNAVAILABLE */
  read(stream: string, requestId: string, fromMs: number): Promise<readonly OpenedFrame[]> {
    const asked: Asked = { requestId, fromMs, ...Promise.withResolvers<readonly OpenedFrame[]>() };
    const waiting = this.waiting.get(stream);
    if (waiting) waiting.push(asked);
    else this.waiting.set(stream, [asked]);
    if (!this.reading.has(stream)) void this.readFor(stream);
    return asked.promise;
  }

  private async readFor(stream: string): Promise<void> {
    this.reading.add(stream);
    for (let group = this.waiting.get(stream); group; group = this.waiting.get(stream)) {
      this.waiting.delete(stream);
      try {
        const found = await this.pass(stream, group);
        for (const { requestId, resolve } of group) resolve(found.get(requestId) ?? []);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.reading.delete(stream);
  }

  private async pass(stream: string, group: readonly Asked[]): Promise<Map<string, OpenedFrame[]>> {
    const found = new Map<string, OpenedFrame[]>(group.map(({ requestId }) => [requestId, []]));
    let next = String(Math.min(...group.map(({ fromMs }) => fromMs)));
    for (;;) {
      const entries = await asQueueError(this.commands.xrange(stream, next, '+', 'COUNT', ENTRIES_A_READ));
      for (const [id, fields] of entries) {
        next = `(${id}`;
        for (const frame of this.open(framesOf(fields), (requestId) => found.has(requestId))) found.get(frame.requestId)?.push(frame);
      }
      if (entries.length < ENTRIES_A_READ) return found;
    }
  }
}
