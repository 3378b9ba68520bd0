import type { AuditEvent, ReplyFrame } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import type { Operation } from '../store/operation.js';
import { addEvents, addFrames } from '../store/operations.js';

/**
 * Events wait this long for something to go along with, and so do frames that follow others: one XADD for all frames of a
 * process to one gateway costs Redis a sixth of one XADD a token, and 20 ms is below what a reader of text notices. A piece of
 * an answer after a pause goes at once, since it may be the first word; whatever else there is goes along with what follows it.
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
  /** When the timer is due, and when frames went last; by `performance.now`. */
  private dueAt = Infinity;
  private framesAt = -Infinity;
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
    const rest = frame.kind === 'delta' ? this.framesAt + TICK_MS - performance.now() : TICK_MS;
    if (rest > 0) this.arm(rest);
    else void this.flush();
  }

  event(event: AuditEvent): void {
    this.events.push(JSON.stringify(event));
    this.arm();
  }

  /** Resolves when all that was added before is written, or could not be. */
  async flush(): Promise<void> {
    this.disarm();
    if (this.frames.size > 0) this.framesAt = performance.now();
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
    if (this.frames.size > 0) this.framesAt = performance.now();
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
    const dueAt = performance.now() + delayMs;
    if (dueAt >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.dueAt = Infinity;
  }
}
