import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { ENTRIES_A_READ, framesOf } from './frame-stream.js';
import { FrameListeners } from './frame-listeners.js';
import type { FrameOpener } from './opened-frame.js';

/** Another gateway's stream is looked at so often: clients that resume elsewhere are rare, so a poll will do. */
const LOOK_EVERY_MS = 100;

/** What comes on another gateway's stream, for all clients here that follow a request of it. Ends when nobody does any more. */
export class StreamTail {
  readonly listeners = new FrameListeners();
  private next = '';
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;

  constructor(
    private readonly stream: string,
    private readonly commands: RedisConnection,
    private readonly open: FrameOpener,
    private readonly onEnd: () => void,
  ) {}

  /** From now on; what stands on the stream already is not told. @throws MeshError QUEUE_UNAVAILABLE */
  async start(): Promise<void> {
    const [last] = await asQueueError(this.commands.xrevrange(this.stream, '+', '-', 'COUNT', 1));
    this.next = `(${last?.[0] ?? '0-0'}`;
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  end(): void {
    clearInterval(this.timer);
    this.listeners.clear();
    this.onEnd();
  }

  private async look(): Promise<void> {
    if (this.isReading) return;
    if (this.listeners.isEmpty) return this.end();
    this.isReading = true;
    try {
      for (let count = ENTRIES_A_READ; count === ENTRIES_A_READ; ) {
        const entries = await this.commands.xrange(this.stream, this.next, '+', 'COUNT', ENTRIES_A_READ);
        for (const [id, fields] of entries) {
          this.next = `(${id}`;
          for (const frame of this.open(framesOf(fields), this.listeners.has)) this.listeners.tell(frame);
        }
        count = entries.length;
      }
    } catch {
      // Redis is away: the next look finds what was written meanwhile.
    } finally {
      this.isReading = false;
    }
  }
}
