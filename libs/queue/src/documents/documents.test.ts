import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '@switchyard/testing';
import { createRedis, openRedis, type RedisConnection } from '../connect/open-redis.js';
import { Sealer } from '../seal/sealer.js';
import { DocumentLedger } from './document-ledger.js';
import { FileSpool } from './file-spool.js';

let server: TestRedis;
let redis: RedisConnection;
beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, 'impatient', 'documents-test');
  await openRedis([redis], server.url);
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

const sealer = new Sealer([{ id: 'k', key: Buffer.alloc(32, 1) }]);
async function* chunks(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

describe('FileSpool', () => {
  it.each([0, 1, 65_535, 65_536, 262_144, 300_001])('gives back %i bytes as they came, whatever the chunks, and seals them', async (length) => {
    const spool = new FileSpool(redis, sealer);
    const content = Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 31) % 251));
    const id = await spool.put(chunks(content, 7_001), { limitBytes: length, keepMs: 10_000 });
    expect((await spool.read(id))?.equals(content)).toBe(true);
    expect(await redis.pttl(`switchyard:{ingest}:file:${id}`)).toBeGreaterThan(0);
    await spool.remove(id);
    expect(await spool.read(id)).toBeUndefined();
  });

  it('takes no more than the limit, reads no further, and keeps nothing of it', async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        taken += 100_000;
        yield Buffer.alloc(100_000);
      }
    }
    await expect(new FileSpool(redis, sealer).put(endless(), { limitBytes: 1_000_000, keepMs: 10_000 })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(taken).toBe(1_100_000);
    expect(await redis.keys('switchyard:{ingest}:file:*')).toEqual([]);
  });

  it('does not open the pieces of another file', async () => {
    const spool = new FileSpool(redis, sealer);
    const [one, two] = [await spool.put(chunks(Buffer.from('one'), 10), { limitBytes: 10, keepMs: 10_000 }), await spool.put(chunks(Buffer.from('two'), 10), { limitBytes: 10, keepMs: 10_000 })];
    await redis.lset(`switchyard:{ingest}:file:${one}`, 0, (await redis.lindex(`switchyard:{ingest}:file:${two}`, 0)) ?? '');
    await expect(spool.read(one)).rejects.toMatchObject({ code: 'SEAL_BROKEN' });
  });
});

describe('DocumentLedger', () => {
  const place = (documentId: string) => ({ tenant: 't', collection: 'c', documentId });
  /** An order that was handed over. */
  const accept = async (ledger: DocumentLedger, documentId: string, at: number): Promise<number> => {
    const number = await ledger.next();
    expect(await ledger.wait(place(documentId), number, at)).toBe(true);
    return number;
  };

  it('tells what waits, what is indexed and what failed, and forgets what is done', async () => {
    const ledger = new DocumentLedger(redis);
    const [one, two, three] = [await accept(ledger, '1', 1), await accept(ledger, '2', 2), await accept(ledger, '3', 3)];
    expect(await ledger.begin(place('2'), two, 20)).toBe(true);
    await ledger.settle(place('3'), three, 30, { code: 'DOCUMENT_EMPTY', reason: 'a.pdf holds no text\nat all' });
    await ledger.settle(place('1'), one, 10);
    expect((await ledger.list(place(''), 10)).entries.toSorted((left, right) => left.at - right.at)).toEqual([
      { documentId: '2', state: 'indexing', at: 20 },
      { documentId: '3', state: 'failed', at: 30, error: { code: 'DOCUMENT_EMPTY', reason: 'a.pdf holds no text\nat all' } },
    ]);
    expect(await ledger.find(place('1'))).toBeUndefined();
  });

  it('lists what is not done page by page, by name, whatever comes and goes meanwhile', async () => {
    const ledger = new DocumentLedger(redis);
    const of = (documentId: string) => ({ tenant: 't', collection: 'pages', documentId });
    const names = Array.from({ length: 12 }, (_, at) => `文档 ${String(at).padStart(2, '0')}`);
    for (const name of names) await ledger.wait(of(name), await ledger.next(), 1);
    await ledger.settle(of('文档 03'), await ledger.next(), 2);
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const { entries, next } = await ledger.list(of(''), 5, after);
      seen.push(...entries.map(({ documentId }) => documentId));
      await ledger.settle(of(entries[0]?.documentId ?? ''), await ledger.next(), 3);
      await ledger.wait(of('文档 00 earlier'), await ledger.next(), 3);
      if (next === undefined) break;
      after = next;
    }
    expect(seen).toEqual(names.filter((name) => name !== '文档 03'));
  });

  it('counts no order that was given a number and never handed over', async () => {
    const ledger = new DocumentLedger(redis);
    const [handedOver, never] = [await accept(ledger, 'y', 1), await ledger.next()];
    expect(never).toBeGreaterThan(handedOver);
    expect(await ledger.begin(place('y'), handedOver, 2)).toBe(true);
  });

  it('is not told that an order waits which is in work or done already', async () => {
    const ledger = new DocumentLedger(redis);
    const quick = await ledger.next();
    await ledger.begin(place('z'), quick, 1);
    expect(await ledger.wait(place('z'), quick, 2)).toBe(false);
    expect(await ledger.find(place('z'))).toMatchObject({ state: 'indexing' });
    await ledger.settle(place('z'), quick, 3);
    expect(await ledger.wait(place('z'), quick, 4)).toBe(false);
    expect(await ledger.find(place('z'))).toBeUndefined();
  });

  it('gives out numbers that rise, also after a Redis has lost what it knew', async () => {
    const ledger = new DocumentLedger(redis);
    const numbers = await Promise.all(Array.from({ length: 100 }, () => ledger.next()));
    expect(new Set(numbers).size).toBe(100);
    await redis.del('switchyard:{ingest}:sequence');
    expect(await ledger.next()).toBeGreaterThan(Math.max(...numbers) - 1_000);
    await redis.del('switchyard:{ingest}:sequence');
    expect(await ledger.next()).toBeGreaterThan(Math.min(...numbers));
  });

  it('lets no earlier order begin or settle after a later one, even when that is done', async () => {
    const ledger = new DocumentLedger(redis);
    const [first, second] = [await accept(ledger, 'x', 1), await accept(ledger, 'x', 2)];
    expect(await ledger.begin(place('x'), first, 3)).toBe(false);
    await ledger.settle(place('x'), second, 4);
    expect(await ledger.begin(place('x'), first, 5)).toBe(false);
    expect(await ledger.settle(place('x'), first, 6, { code: 'DOCUMENT_EMPTY', reason: '' })).toBe(false);
    expect(await ledger.find(place('x'))).toBeUndefined();
  });
});
