import type { Redis } from 'ioredis';
import type { AuditEvent, ReplyFrame } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import { AUDIT_STREAM } from '../redis-keys.js';
import { AUDIT_FIELD, AUDIT_STREAM_LENGTH } from './audit-stream.js';
import { FRAMES_FIELD, framesField, REPLY_STREAM_LENGTH } from './frame-stream.js';

/**
 * Frames and events wait this long for others. One XADD for all frames of a process to one gateway costs Redis a
 * sixth of one XADD a token, and 20 ms is below what a reader of text notices.
 */
const TICK_MS = 20;
/** Events that could not be written are kept for the next tick, up to this many. */
const MAX_HELD_EVENTS = 10_000;

/** What a process writes besides replies: pieces of answers, and the record of steps. Batched over all its jobs. */
export class Outbox {
  private frames = new Map<string, ReplyFrame[]>();
  private events: AuditEvent[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly redis: Redis,
    private readonly logger?: Logger,
  ) {}

  /** A frame for the gateway that reads `stream`; frames of one stream keep their order. */
  frame(stream: string, frame: ReplyFrame): void {
    const waiting = this.frames.get(stream);
    if (waiting) waiting.push(frame);
    else this.frames.set(stream, [frame]);
    this.arm();
  }

  event(event: AuditEvent): void {
    this.events.push(event);
    this.arm();
  }

  /** Resolves when all that was added before is written. Commands sent after the call come after it in Redis, too. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.frames.size === 0 && this.events.length === 0) return this.writing;
    const { frames, events } = this;
    this.frames = new Map();
    this.events = [];
    const pipeline = this.redis.pipeline();
    for (const [stream, list] of frames) pipeline.xadd(stream, 'NOMKSTREAM', 'MAXLEN', '~', REPLY_STREAM_LENGTH, '*', FRAMES_FIELD, framesField(list));
    if (events.length > 0) pipeline.xadd(AUDIT_STREAM, 'MAXLEN', '~', AUDIT_STREAM_LENGTH, '*', AUDIT_FIELD, JSON.stringify(events));
    const written = this.write(pipeline.exec(), events);
    const earlier = this.writing;
    this.writing = earlier.then(() => written);
    return this.writing;
  }

  private async write(executed: Promise<[Error | null, unknown][] | null>, events: AuditEvent[]): Promise<void> {
    let failure: unknown;
    try {
      const results = (await executed) ?? [];
      // Only the events' own command, the last one, decides whether they are kept.
      failure = events.length > 0 ? results.at(-1)?.[0] : undefined;
    } catch (error) {
      failure = error;
    }
    if (!failure) return;
    this.events = [...events, ...this.events].slice(-MAX_HELD_EVENTS);
    this.logger?.error({ err: failure, held: this.events.length }, 'audit events could not be written; they are held back');
  }

  private arm(): void {
    this.timer ??= setTimeout(() => void this.flush(), TICK_MS);
  }
}
