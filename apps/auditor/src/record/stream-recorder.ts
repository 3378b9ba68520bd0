import { setTimeout as wait } from 'node:timers/promises';
import { toMeshError } from '@switchyard/errors';
import { AUDIT_STREAM, openRedis, type RedisConnection } from '@switchyard/queue';
import type { Logger } from '@switchyard/telemetry';
import { entriesLost } from './audit-metrics.js';
import type { AuditRecord } from './audit-record.js';
import type { StreamEntry } from './read-entry.js';
import { storeEntries } from './store-entries.js';

/** The consumer group; every auditor is a consumer of it. */
export const AUDIT_GROUP = 'auditors';
/** At most this many entries in one transaction: an entry holds a tick of a process, often a few events. */
const BATCH = 200;
const BLOCK_MS = 2_000;
/**
 * A batch is stored this long after its first entry, unless it is full or somebody asks. A transaction costs a few milliseconds
 * of a processor whatever is in it: an event takes 0.5 ms in batches of five and 0.16 ms in batches of a hundred; and the message
 * that the entry tells of is still on its way, on the same processors perhaps.
 */
const GATHER_MS = 250;
/** Entries that a consumer has had for this long without storing them are another's: it is dead, or its database is. */
const CLAIM_IDLE_MS = 15_000;
const CLAIM_EVERY_MS = 5_000;
/** A consumer that has nothing and was not heard of for this long is not coming back under its name. */
const FORGET_CONSUMER_MS = 3_600_000;
/** The end of the chain is told to the log this often: kept there, it shows when the record was cut off behind it. */
const TELL_HEAD_EVERY_MS = 60_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

export interface RecorderOptions {
  /** Used for blocking reads only. */
  readonly reader: RedisConnection;
  readonly writer: RedisConnection;
  /** What both are opened to. */
  readonly url: string;
  readonly record: AuditRecord;
  /** This auditor's name in the group; the one that it had before a restart, where it has one. */
  readonly consumer: string;
  readonly logger: Logger;
  readonly claimIdleMs?: number;
  readonly claimEveryMs?: number;
  readonly gatherMs?: number;
}

type RawEntries = readonly (readonly [string, readonly string[] | null])[];

/**
 * Takes the audit stream into the record, entry by entry, each at least once: an entry leaves the stream only after the
 * transaction that holds its events. Whatever fails is tried again; nothing is passed over.
 */
export class StreamRecorder {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private nextClaimAt = 0;
  private nextTellAt = 0;
  /** Ends the pause in which events gather. */
  private asked = new AbortController();

  constructor(private readonly options: RecorderOptions) {}

  /** Begins with what an earlier life of this consumer left behind. */
  async start(): Promise<void> {
    const { reader, writer, url } = this.options;
    await openRedis([reader, writer], url);
    await this.createGroup();
    this.running = this.run();
  }

  /** Somebody waits for what is on the stream: the next batch begins at once. */
  hurry(): void {
    this.asked.abort();
  }

  /** Finishes the batch in hand, unless the database is away; then it is left on the stream. */
  async stop(): Promise<void> {
    const { reader, writer, consumer } = this.options;
    this.stopping.abort();
    this.hurry();
    // Ends a blocking read at once; an entry that was on its way is pending and claimed by the next one.
    reader.disconnect();
    await this.running;
    if (writer.status === 'ready') await this.leave(consumer).catch(() => undefined);
    writer.disconnect();
  }

  private async run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    let from = '0';
    while (!this.stopping.signal.aborted) {
      try {
        // Own entries first, then others' that were left lying, then new ones.
        const own = from === '>' ? [] : await this.read(from);
        if (from !== '>' && own.length === 0) from = '>';
        const entries = own.length > 0 ? own : ((await this.claim()) ?? (await this.readGathered()));
        await this.store(entries);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        // What was read and not stored is pending under this consumer's name, so it is read again from there.
        from = '0';
        const { code } = toMeshError(error);
        this.options.logger.error({ err: error, code, retryMs }, 'the audit stream could not be stored; tried again');
        if (error instanceof Error && error.message.startsWith('NOGROUP')) await this.createGroup().catch(() => undefined);
        await pause(retryMs, this.stopping.signal);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  }

  /** New entries, and what has joined the first of them for a moment. */
  private async readGathered(): Promise<RawEntries> {
    const first = await this.read('>');
    if (first.length === 0 || first.length >= BATCH) return first;
    await pause(this.options.gatherMs ?? GATHER_MS, this.asked.signal);
    if (this.stopping.signal.aborted) return first;
    this.asked = new AbortController();
    const { reader, consumer } = this.options;
    return [...first, ...entriesOf(await reader.xreadgroup('GROUP', AUDIT_GROUP, consumer, 'COUNT', BATCH - first.length, 'STREAMS', AUDIT_STREAM, '>'))];
  }

  private async read(from: string): Promise<RawEntries> {
    const { reader, consumer } = this.options;
    return entriesOf(await reader.xreadgroup('GROUP', AUDIT_GROUP, consumer, 'COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', AUDIT_STREAM, from));
  }

  /** What dead consumers left; undefined when it is not time to look, or there is nothing. */
  private async claim(): Promise<RawEntries | undefined> {
    const { writer, consumer, claimIdleMs = CLAIM_IDLE_MS, claimEveryMs = CLAIM_EVERY_MS } = this.options;
    const now = performance.now();
    if (now < this.nextClaimAt) return undefined;
    const [, entries, gone] = (await writer.xautoclaim(AUDIT_STREAM, AUDIT_GROUP, consumer, claimIdleMs, '0-0', 'COUNT', BATCH)) as [string, RawEntries, string[] | undefined];
    if (gone && gone.length > 0) entriesLost.inc(gone.length);
    if (entries.length > 0) return entries;
    this.nextClaimAt = now + claimEveryMs;
    await this.forgetConsumers();
    return undefined;
  }

  private async store(raw: RawEntries): Promise<void> {
    const { record, writer, logger } = this.options;
    const entries = raw.flatMap(([id, fields]): StreamEntry[] => (fields ? [{ id, fields }] : []));
    const trimmed = raw.filter(([, fields]) => !fields).map(([id]) => id);
    if (trimmed.length > 0) {
      entriesLost.inc(trimmed.length);
      logger.error({ entries: trimmed.length }, 'audit entries were trimmed off the stream before they were stored');
      await writer.xack(AUDIT_STREAM, AUDIT_GROUP, ...trimmed);
    }
    if (entries.length === 0) return;
    await storeEntries(entries, { record, redis: writer, group: AUDIT_GROUP, logger });
    if (performance.now() < this.nextTellAt) return;
    this.nextTellAt = performance.now() + TELL_HEAD_EVERY_MS;
    const { position, hash } = await record.head();
    logger.info({ event: 'audit_head', position, hash }, 'the end of the audit chain');
  }

  private async createGroup(): Promise<void> {
    try {
      await this.options.writer.xgroup('CREATE', AUDIT_STREAM, AUDIT_GROUP, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
    }
  }

  private async leave(consumer: string): Promise<void> {
    if ((await this.consumers()).some((one) => one.name === consumer && one.pending === 0)) await this.options.writer.xgroup('DELCONSUMER', AUDIT_STREAM, AUDIT_GROUP, consumer);
  }

  private async forgetConsumers(): Promise<void> {
    for (const { name, pending, idleMs } of await this.consumers()) {
      if (name !== this.options.consumer && pending === 0 && idleMs > FORGET_CONSUMER_MS) await this.options.writer.xgroup('DELCONSUMER', AUDIT_STREAM, AUDIT_GROUP, name);
    }
  }

  private async consumers(): Promise<{ name: string; pending: number; idleMs: number }[]> {
    const list = (await this.options.writer.xinfo('CONSUMERS', AUDIT_STREAM, AUDIT_GROUP)) as unknown[][];
    return list.map((fields) => {
      const value = (name: string): unknown => fields[fields.indexOf(name) + 1];
      return { name: String(value('name')), pending: Number(value('pending')), idleMs: Number(value('idle')) };
    });
  }
}

/** What XREADGROUP gives of the one stream. */
const entriesOf = (answer: unknown): RawEntries => (answer as [string, RawEntries][] | null)?.[0]?.[1] ?? [];

/** Waits, or less where the signal says so. Leaves no listener behind: it is called several times a second for as long as the process lives. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
