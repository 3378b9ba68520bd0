import { createHash } from 'node:crypto';
import { isErrorCode, type ErrorCode } from '@switchyard/errors';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { RedisScript } from '../connect/run-script.js';
import { queueBase } from '../redis-keys.js';

/** Whose document it is. */
export interface DocumentPlace {
  readonly tenant: string;
  readonly collection: string;
  readonly documentId: string;
}

export interface LedgerEntry {
  readonly documentId: string;
  readonly state: 'waiting' | 'indexing' | 'failed';
  /** When it came into the state, in ms. */
  readonly at: number;
  readonly error?: { readonly code: ErrorCode; readonly reason: string };
}

/** Entries of documents that are done, the newest that are kept: failures to be read, and marks against what is late. */
const KEPT_SETTLED = 10_000;
/** A ledger that nobody writes to is forgotten; longer than any job lives. */
const KEEP_MS = 7 * 86_400_000;

const SEQUENCE = `${queueBase('ingest')}sequence`;
const keysOf = ({ tenant, collection }: Omit<DocumentPlace, 'documentId'>): [string, string, string] => {
  const name = createHash('sha256').update(`${tenant}\0${collection}`).digest('base64url');
  return [`${queueBase('ingest')}documents:${name}`, `${queueBase('ingest')}settled:${name}`, `${queueBase('ingest')}unfinished:${name}`];
};

// Microseconds since 1970, each number once: the store remembers orders, so that after the loss of a Redis the next ones
// must not begin anew.
const NEXT = new RedisScript(`
local time = redis.call('TIME')
local number = math.max(tonumber(time[1]) * 1000000 + tonumber(time[2]), tonumber(redis.call('GET', KEYS[1]) or '0') + 1)
redis.call('SET', KEYS[1], string.format('%.0f', number))
return string.format('%.0f', number)`);

// KEYS: documents, settled, unfinished (those that are not done, by name). ARGV: document, sequence, state, at, code, reason, isSettled, kept, keepMs, isNew. An entry is "sequence state at code reason",
// its parts divided by a line feed. What is late (a newer sequence is there, or of a new entry this one) changes nothing, and is told so.
const WRITE = new RedisScript(`
local known = redis.call('HGET', KEYS[1], ARGV[1])
local last = known and tonumber(string.match(known, '^%d+')) or -1
if last > tonumber(ARGV[2]) or (ARGV[10] == '1' and last == tonumber(ARGV[2])) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], table.concat({ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]}, '\\n'))
if ARGV[3] == 'done' then redis.call('ZREM', KEYS[3], ARGV[1]) else redis.call('ZADD', KEYS[3], 0, ARGV[1]) end
if ARGV[7] == '1' then
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
  local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[8])
  if over > 0 then
    for _, old in ipairs(redis.call('ZPOPMIN', KEYS[2], over)) do
      redis.call('HDEL', KEYS[1], old)
      redis.call('ZREM', KEYS[3], old)
    end
  end
else
  redis.call('ZREM', KEYS[2], ARGV[1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[9])
redis.call('PEXPIRE', KEYS[2], ARGV[9])
redis.call('PEXPIRE', KEYS[3], ARGV[9])
return 1`);

/**
 * What becomes of documents on their way into a collection: which wait, which are being indexed, which failed and why.
 * Each order to put or delete a document has a number, and the highest is the one that counts, whatever the order in
 * which they are carried out.
 */
export class DocumentLedger {
  constructor(private readonly redis: RedisConnection) {}

  /** A number for an order, above all that were given out. It counts for nothing until the order is handed over. */
  async next(): Promise<number> {
    return Number(await asQueueError(NEXT.run(this.redis, [SEQUENCE], [])));
  }

  /**
   * Notes that the document waits, when its order has been handed over: noted before, an order that never was would
   * stand in the way of those that were. Changes nothing where the order is in work or done already.
   */
  wait(place: DocumentPlace, sequence: number, at: number): Promise<boolean> {
    return this.write(place, sequence, 'waiting', at, undefined, true);
  }

  /** @returns false where a later order for the document is known: this one must not be carried out */
  begin(place: DocumentPlace, sequence: number, at: number): Promise<boolean> {
    return this.write(place, sequence, 'indexing', at);
  }

  /** It is to be tried again, for this reason. */
  postpone(place: DocumentPlace, sequence: number, at: number, error: { code: ErrorCode; reason: string }): Promise<boolean> {
    return this.write(place, sequence, 'waiting', at, error);
  }

  /** It is done: in the collection, out of it, or failed for good. */
  settle(place: DocumentPlace, sequence: number, at: number, error?: { code: ErrorCode; reason: string }): Promise<boolean> {
    return this.write(place, sequence, error ? 'failed' : 'done', at, error);
  }

  /** A page of the documents that wait, are being indexed or failed, by their names: those that come after `after`. `next` is the last that was looked at; absent on the last page. */
  async list(scope: Omit<DocumentPlace, 'documentId'>, limit: number, after?: string): Promise<{ entries: LedgerEntry[]; next?: string }> {
    const names = await asQueueError(this.redis.zrange(keysOf(scope)[2], after === undefined ? '-' : `(${after}`, '+', 'BYLEX', 'LIMIT', 0, limit));
    const entries = await this.findAll(scope, names);
    const last = names.length < limit ? undefined : names.at(-1);
    return { entries: [...entries.values()], ...(last === undefined ? {} : { next: last }) };
  }

  /** Those of the documents that wait, are being indexed or failed, by their names. */
  async findAll(scope: Omit<DocumentPlace, 'documentId'>, documentIds: readonly string[]): Promise<Map<string, LedgerEntry>> {
    if (documentIds.length === 0) return new Map();
    const texts = await asQueueError(this.redis.hmget(keysOf(scope)[0], ...documentIds));
    return new Map(documentIds.flatMap((documentId, at) => {
      const text = texts[at];
      const entry = text ? entryOf(documentId, text) : undefined;
      return entry ? [[documentId, entry] as const] : [];
    }));
  }

  async find(place: DocumentPlace): Promise<LedgerEntry | undefined> {
    const text = await asQueueError(this.redis.hget(keysOf(place)[0], place.documentId));
    return text === null ? undefined : entryOf(place.documentId, text);
  }

  private async write(place: DocumentPlace, sequence: number, state: string, at: number, error?: { code: ErrorCode; reason: string }, isNew = false): Promise<boolean> {
    const isSettled = state === 'done' || state === 'failed';
    const written = await asQueueError(WRITE.run(this.redis, keysOf(place), [place.documentId, sequence, state, at, error?.code ?? '', error?.reason ?? '', isSettled ? '1' : '0', KEPT_SETTLED, KEEP_MS, isNew ? '1' : '0']));
    return written === 1;
  }
}

function entryOf(documentId: string, text: string): LedgerEntry | undefined {
  const [, state, at, code = '', ...reason] = text.split('\n');
  if (state !== 'waiting' && state !== 'indexing' && state !== 'failed') return undefined;
  return { documentId, state, at: Number(at), ...(isErrorCode(code) ? { error: { code, reason: reason.join('\n') } } : {}) };
}
