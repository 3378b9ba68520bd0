import type { AuditEvent, ReplyFrame } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import type { Operation } from '../store/operation.js';
import { addEvents, addFrames } from '../store/operations.js';

/**
 * Frames and events wait this long for something to go along with. One XADD for all frames of a process to one gateway
 * costs Redis a sixth of one XADD a token, and 20 ms is below what a reader of text notices.
 */
const TICK_MS = 20;
/** What could not be written is kept for the next time, up to this many of each. */
const MOST_HELD = 10_000;
const RETRY_MS = 1_000;

/**
 * What a process writes besides jobs and replies: pieces of answers, and the record of steps. They go along with
 * whatever the store writes next, or by themselves a moment later.
 */
export class Outbox {
  private frames = new Map<string, string[]>();
  private events: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private send: (streams: readonly string[]) => Promise<void> = async () => undefined;

  constructor(private readonly logger?: Logger) {}

  /** What writes it; the store says so of itself. */
  sendBy(send: (streams: readonly string[]) => Promise<void>): void {
    this.send = send;
  }

  /** A frame for the gateway that reads `stream`; frames of one stream keep their order. */
  frame(stream: string, frame: ReplyFrame): void {
    const waiting = this.frames.get(stream);
    const json = JSON.stringify(frame);
    if (waiting) waiting.push(json);
    else this.frames.set(stream, [json]);
    this.arm();
  }

  event(event: AuditEvent): void {
    this.events.push(JSON.stringify(event));
    this.arm();
  }

  /** Resolves when all that was added before is written, or could not be. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.frames.size > 0 || this.events.length > 0) await this.send([...this.frames.keys()]);
  }

  takeEvents(): Operation<void>[] {
    if (this.events.length === 0) return [];
    const { events } = this;
    this.events = [];
    return [addEvents(events.join(','))];
  }

  /** Of one stream, or of all. */
  takeFrames(stream?: string): Operation<void>[] {
    const streams = stream === undefined ? [...this.frames.keys()] : [stream];
    return streams.flatMap((one) => {
      const frames = this.frames.get(one);
      this.frames.delete(one);
      return frames ? [addFrames(one, frames.join(','))] : [];
    });
  }

  /** Events that were taken and could not be written wait for the next time; frames are not worth a wait. */
  readonly giveBack = (operations: readonly Operation<unknown>[], error: unknown): void => {
    const held = operations.flatMap(({ name, values }) => (name === 'events' ? (JSON.parse(`[${String(values[0])}]`) as unknown[]) : []));
    if (held.length === 0) return;
    this.events = [...held.map((event) => JSON.stringify(event)), ...this.events].slice(-MOST_HELD);
    this.logger?.error({ err: error, held: this.events.length }, 'audit events could not be written; they are held back');
    this.arm(RETRY_MS);
  };

  private arm(delayMs = TICK_MS): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, delayMs);
  }
}
