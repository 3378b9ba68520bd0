import { MeshError } from '@switchyard/errors';
import { v7 as newId } from 'uuid';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { queueBase } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';

/** Piece of a file in one entry: half a millisecond to seal, so that nobody who shares the thread waits for a file. */
const PIECE_BYTES = 64 * 1024;
/** Entries that go in one command. */
const PIECES_AT_ONCE = 4;
/** A file that was begun and never handed over is forgotten. */
const UNFINISHED_MS = 3_600_000;

const keyOf = (id: string): string => `${queueBase('ingest')}file:${id}`;

/**
 * Files on their way to the retrieval tier, sealed piece by piece in Redis: neither end holds more than a piece besides
 * what it makes of them, and a file is as durable as the job that names it.
 */
export class FileSpool {
  constructor(
    private readonly redis: RedisConnection,
    private readonly sealer: Sealer,
  ) {}

  /**
   * Stores a file that arrives in chunks of any size. When the promise resolves all of it is in Redis, for `keepMs`.
   * @throws MeshError BODY_TOO_LARGE as soon as more than `limitBytes` came, QUEUE_UNAVAILABLE; whatever `chunks` throws.
   * Nothing is left then.
   */
  async put(chunks: AsyncIterable<Uint8Array>, { limitBytes, keepMs }: { readonly limitBytes: number; readonly keepMs: number }): Promise<string> {
    const id = newId();
    const key = keyOf(id);
    let [bytes, pieces] = [0, 0];
    let open = Buffer.alloc(0);
    const store = async (whole: Buffer): Promise<void> => {
      const entries: string[] = [];
      for (let at = 0; at < whole.length; at += PIECE_BYTES) entries.push(JSON.stringify(this.sealer.seal(whole.toString('base64', at, at + PIECE_BYTES), `${id}.${pieces++}`)));
      await asQueueError(this.redis.multi().rpush(key, ...entries).pexpire(key, UNFINISHED_MS).exec());
    };
    try {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength;
        if (bytes > limitBytes) throw new MeshError('BODY_TOO_LARGE', `the file is larger than ${limitBytes} bytes`, { field: 'file' });
        open = Buffer.concat([open, chunk]);
        if (open.length < PIECE_BYTES * PIECES_AT_ONCE) continue;
        const whole = open.length - (open.length % PIECE_BYTES);
        await store(open.subarray(0, whole));
        open = open.subarray(whole);
      }
      // An empty file is one piece without a byte.
      if (open.length > 0) await store(open);
      else if (pieces === 0) await asQueueError(this.redis.rpush(key, JSON.stringify(this.sealer.seal('', `${id}.${pieces++}`))));
      await asQueueError(this.redis.pexpire(key, keepMs));
      return id;
    } catch (error) {
      await this.remove(id).catch(() => undefined);
      throw error;
    }
  }

  /**
   * The file's bytes; undefined where it is not kept any more. Between its pieces others have their turn.
   * @throws MeshError SEAL_BROKEN, QUEUE_UNAVAILABLE
   */
  async read(id: string): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let at = 0; ; at += PIECES_AT_ONCE) {
      const entries = await asQueueError(this.redis.lrange(keyOf(id), at, at + PIECES_AT_ONCE - 1));
      for (const [index, entry] of entries.entries()) {
        const piece = this.sealer.open(JSON.parse(entry) as Parameters<Sealer['open']>[0], `${id}.${at + index}`);
        parts.push(Buffer.from(String(piece), 'base64'));
      }
      if (entries.length < PIECES_AT_ONCE) break;
    }
    return parts.length === 0 ? undefined : Buffer.concat(parts);
  }

  async remove(id: string): Promise<void> {
    await asQueueError(this.redis.unlink(keyOf(id)));
  }
}
