import type { Logger } from '@switchyard/telemetry';
import { asQueueError, BLOCK_MS, openRedis, type RedisConnection } from '../connect/open-redis.js';
import { replyStreamOf } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import { isAfter } from '../transport/epoch.js';
import { FrameListeners, type FrameListener } from './frame-listeners.js';
import { ENTRIES_A_READ, FRAMES_FIELD, framesField, framesOf, REPLY_STREAM_BYTES, REPLY_STREAM_LENGTH, REPLY_STREAM_TTL_MS } from './frame-stream.js';
import { isTerminal, openFrame, parseFrames, type FrameOpener, type OpenedFrame } from './opened-frame.js';
import { StreamReplays } from './stream-replays.js';
import { StreamSize } from './stream-size.js';
import { StreamTail } from './stream-tail.js';

const HEARTBEAT_MS = 20_000;
const AGAIN_MS = 100;
/** Clocks of entries and requests are Redis' own; this covers the entry that was written as the request was accepted. */
const EARLIER_MS = 1_000;

export interface ReplyReaderOptions {
  readonly instance: string;
  readonly commands: RedisConnection;
  readonly blocking: RedisConnection;
  readonly url: string;
  readonly sealer: Sealer;
  /** For how long requests are kept: no reply is to stand here for longer. */
  readonly retentionMs: number;
  readonly logger?: Logger;
}

/**
 * The reading end of this gateway's reply stream: one connection that blocks, whatever the number of clients. It
 * keeps its place over reconnects, so that an outage of Redis loses no frame, which publish/subscribe would.
 */
export class ReplyReader {
  /** What requests name as `replyTo`. */
  readonly stream: string;
  private readonly listeners = new FrameListeners();
  private readonly commands: RedisConnection;
  private readonly replays: StreamReplays;
  private readonly size = new StreamSize(REPLY_STREAM_BYTES);
  /** Of other gateways, by stream. */
  private readonly tails = new Map<string, { readonly tail: StreamTail; readonly started: Promise<void> }>();
  private lastId = '0-0';
  private readAt = performance.now();
  private started: Promise<void> | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly options: ReplyReaderOptions) {
    const { instance, commands } = options;
    this.stream = replyStreamOf(instance);
    this.commands = commands;
    this.replays = new StreamReplays(commands, this.openAll);
  }

  /** Makes the stream, then reads it until `stop`. Every request sent afterwards finds it; starting twice is harmless. */
  start(): Promise<void> {
    this.started ??= this.open().catch((error: unknown) => {
      this.started = undefined;
      throw error;
    });
    return this.started;
  }

  /** Milliseconds since the stream was last read, or could be read again after an outage; it is read every two seconds at least. */
  get silentMs(): number {
    return performance.now() - this.readAt;
  }

  stop(): void {
    this.isStopped = true;
    clearInterval(this.heartbeat);
    this.options.blocking.disconnect();
    this.listeners.clear();
    for (const { tail } of this.tails.values()) tail.end();
  }

  /**
   * Hears the frames of a request: subscribe before it is enqueued. Pieces of a superseded run are left out; the
   * terminal frame always comes. A listener must not throw.
   * @returns what ends the subscription; ending it twice is harmless.
   */
  subscribe(requestId: string, listener: FrameListener): () => void {
    return this.listeners.add(requestId, listener);
  }

  /**
   * The frames of a request that still stand on a gateway's stream, in order, superseded ones left out.
   * `sinceMs` is when the request was accepted; `after` an event id that the client has already.
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  async replay(stream: string, requestId: string, sinceMs: number, after?: string): Promise<OpenedFrame[]> {
    const frames = await this.replays.read(stream, requestId, Math.max(0, sinceMs - EARLIER_MS));
    return newestOnly(frames).filter((frame) => isNews(frame, after));
  }

  /**
   * Replays, then goes on with what comes, until the terminal frame or until it is ended: for a client that asks
   * for the events of a request late, again, or at another gateway. Each frame comes once.
   * Where the stream was trimmed the terminal frame may be missing: read the stored reply of a finished request.
   */
  async follow(stream: string, requestId: string, sinceMs: number, after: string | undefined, listener: FrameListener): Promise<() => void> {
    let last = after;
    let epoch = -1;
    let ended = false;
    let live: OpenedFrame[] | undefined = [];
    const deliver = (frame: OpenedFrame): void => {
      if (ended || frame.id === after || (!isTerminal(frame) && (frame.epoch < epoch || !isAfter(frame.id, last)))) return;
      last = frame.id;
      epoch = Math.max(epoch, frame.epoch);
      ended = isTerminal(frame);
      listener(frame);
    };
    const listeners = stream === this.stream ? this.listeners : await this.listenersOf(stream);
    const unsubscribe = listeners.add(requestId, (frame) => (live ? void live.push(frame) : deliver(frame)));
    try {
      for (const frame of await this.replay(stream, requestId, sinceMs, after)) deliver(frame);
    } catch (error) {
      unsubscribe();
      throw error;
    }
    for (const frame of live) deliver(frame);
    live = undefined;
    return () => {
      ended = true;
      unsubscribe();
    };
  }

  /** Who hears another gateway's stream here. */
  private async listenersOf(stream: string): Promise<FrameListeners> {
    let followed = this.tails.get(stream);
    if (!followed) {
      const tail = new StreamTail(stream, this.commands, this.openAll, () => this.tails.delete(stream));
      followed = { tail, started: tail.start() };
      this.tails.set(stream, followed);
      followed.started.catch(() => this.tails.delete(stream));
    }
    await followed.started;
    return followed.tail.listeners;
  }

  private async open(): Promise<void> {
    await openRedis([this.options.blocking], this.options.url);
    // An entry of our own marks the place to read from; frames come after it.
    this.lastId = await this.mark();
    this.heartbeat = setInterval(() => void this.keepAlive().catch(() => undefined), HEARTBEAT_MS);
    this.heartbeat.unref();
    this.options.blocking.on('ready', () => (this.readAt = performance.now()));
    // A Redis that comes back empty has no stream, and what is written meanwhile would be dropped.
    this.commands.on('ready', () => void this.keepAlive().catch(() => undefined));
    this.readAt = performance.now();
    void this.loop();
  }

  private async mark(): Promise<string> {
    const id = await asQueueError(this.commands.xadd(this.stream, 'MAXLEN', '~', REPLY_STREAM_LENGTH, '*', FRAMES_FIELD, framesField([])));
    await asQueueError(this.commands.pexpire(this.stream, REPLY_STREAM_TTL_MS));
    return id ?? this.lastId;
  }

  private async keepAlive(): Promise<void> {
    // 0: the stream is gone (Redis was emptied); writers do not make it, so it must be made anew.
    if ((await this.commands.pexpire(this.stream, REPLY_STREAM_TTL_MS)) === 0) await this.mark();
    // Length and size bound a busy hour; what an hour of silence leaves is bounded by its age. Ids are Redis' time.
    const [seconds = 0, microseconds = 0] = await this.commands.time();
    const now = seconds * 1_000 + Math.floor(microseconds / 1_000);
    await this.commands.xtrim(this.stream, 'MINID', '~', String(now - Math.min(REPLY_STREAM_TTL_MS, Math.ceil(this.options.retentionMs))));
  }

  /** Nobody waits for it: what is left over goes the next time. */
  private shorten(oldest: string | undefined): void {
    if (oldest !== undefined) this.commands.xtrim(this.stream, 'MINID', '~', oldest).catch(() => undefined);
  }

  private async loop(): Promise<void> {
    while (!this.isStopped) {
      try {
        const read = await this.options.blocking.xread('COUNT', ENTRIES_A_READ, 'BLOCK', BLOCK_MS, 'STREAMS', this.stream, this.lastId);
        this.readAt = performance.now();
        for (const [id, fields] of read?.[0]?.[1] ?? []) {
          this.lastId = id;
          const frames = framesOf(fields);
          for (const frame of this.openAll(frames, this.listeners.has)) this.listeners.tell(frame);
          this.shorten(this.size.add(id, frames.length));
        }
      } catch (error) {
        if (this.isStopped) return;
        this.options.logger?.warn({ err: error }, 'the reply stream could not be read; trying again');
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  private readonly openAll: FrameOpener = (json, wanted) =>
    parseFrames(json, wanted).flatMap((frame) => {
      try {
        return [openFrame(frame, this.options.sealer)];
      } catch (error) {
        this.options.logger?.error({ err: error, requestId: frame.requestId }, 'a reply frame could not be opened');
        return [];
      }
    });
}

/** The end of a request is always news, unless the client has it: the run that ended it may not be the newest. */
function isNews(frame: OpenedFrame, after: string | undefined): boolean {
  return isTerminal(frame) ? frame.id !== after : isAfter(frame.id, after);
}

/** Without the pieces of runs that a later run superseded. */
function newestOnly(frames: readonly OpenedFrame[]): OpenedFrame[] {
  const newest = Math.max(-1, ...frames.filter((frame) => frame.kind === 'delta').map((frame) => frame.epoch));
  return frames.filter((frame) => frame.kind !== 'delta' || frame.epoch === newest);
}
