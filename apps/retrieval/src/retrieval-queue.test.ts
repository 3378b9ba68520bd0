import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import { IngestJob, ListDocumentsJob, SearchJob, type JobContract } from '@switchyard/contracts';
import { DocumentLedger, FileSpool, MESH_CLIENT, REDIS, SEALER, startTier, type MeshClient, type RedisConnection, type RunningTier, type Sealer } from '@switchyard/queue';
import { startRedis, writeSealKeyFile } from '@switchyard/testing';
import { docx } from './__fixtures__/office-files.js';
import { helpSite, KNOWLEDGE } from './__fixtures__/help-site.js';
import { RetrievalEnv } from './retrieval.config.js';
import { RetrievalModule } from './retrieval.module.js';

let tier: RunningTier;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [redis, keys, folder] = [await startRedis(), await writeSealKeyFile(), await mkdtemp(join(tmpdir(), 'retrieval-'))];
  stops.push(() => redis.stop(), () => keys.remove(), () => rm(folder, { recursive: true, force: true }));
  const site = helpSite();
  const config = parseEnvironment(RetrievalEnv, { REDIS_URL: redis.url, SITE_DIR: 'unused', SEAL_KEY_FILE: keys.path, INSTANCE: 'retrieval-test', LOG_LEVEL: 'silent', DATA_DIR: folder });
  tier = await startTier({ tier: 'retrieval', queues: ['retrieval', 'ingest'], module: RetrievalModule.register(config, site), config, siteVersion: site.version });
});
afterAll(async () => {
  await tier?.close();
  for (const stop of stops.toReversed()) await stop();
});

const call = (contract: JobContract, body: object, own: object): Promise<unknown> =>
  tier.app.get<MeshClient>(MESH_CLIENT, { strict: false }).call(contract, { tenant: 'demo', body, private: own, timeoutMs: 60_000 });

it('has the documents of the site as soon as it is ready', async () => {
  expect((await fetch(`${tier.url}/health/ready`)).status).toBe(200);
  expect(await call(ListDocumentsJob, { collection: 'site', limit: 10 }, {})).toMatchObject({ documents: Object.keys(KNOWLEDGE).toSorted().map((documentId) => ({ documentId })) });
});

it('takes a document from the queue, finds it, and gives errors back with their code', async () => {
  const body = { collection: 'site', documentId: 'parking', operation: 'put' };
  expect(await call(IngestJob, body, { title: '停车', text: '地下车库可免费停车两小时。' })).toEqual({ documentId: 'parking', passages: 1, state: 'indexed' });
  expect(await call(SearchJob, { collection: 'site', limit: 1 }, { query: '停车免费吗' })).toMatchObject({ passages: [{ documentId: 'parking' }] });
  await expect(call(IngestJob, body, { fileName: 'x.pdf', content: 'JVBERg==' })).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', field: 'x.pdf' });
});

describe('an uploaded file', () => {
  const redisOfTier = (): RedisConnection => tier.app.get<RedisConnection>(REDIS, { strict: false });
  const parts = (): { ledger: DocumentLedger; spool: FileSpool } => ({ ledger: new DocumentLedger(redisOfTier()), spool: new FileSpool(redisOfTier(), tier.app.get<Sealer>(SEALER, { strict: false })) });
  async function* chunks(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
  }
  const order = async (documentId: string, content: Uint8Array, sequence?: number): Promise<unknown> => {
    const { ledger, spool } = parts();
    const file = await spool.put(chunks(content, 1_000), { limitBytes: 1_000_000, keepMs: 60_000 });
    const number = sequence ?? (await ledger.next());
    return call(IngestJob, { collection: 'site', documentId, operation: 'put', sequence: number }, { fileName: documentId, file });
  };
  const status = async (documentId: string): Promise<unknown> => ((await call(ListDocumentsJob, { collection: 'site', limit: 1, documentId }, {})) as { documents: unknown[] }).documents[0];
  const files = (): Promise<string[]> => redisOfTier().keys('switchyard:{ingest}:file:*');

  it('is indexed byte for byte, and leaves nothing behind in Redis', async () => {
    const content = docx([{ heading: 1, text: '礼品卡' }, '礼品卡有效期为三年。', 'x'.repeat(200_000)]);
    expect(await order('gift-card.docx', content)).toMatchObject({ state: 'indexed' });
    expect(await call(SearchJob, { collection: 'site', limit: 1 }, { query: '礼品卡有效期' })).toMatchObject({ passages: [{ documentId: 'gift-card.docx' }] });
    expect(await status('gift-card.docx')).toMatchObject({ title: '礼品卡', state: 'ready' });
    expect(await files()).toEqual([]);
  });

  it('that cannot be read is listed with its code and reason, while the others go on', async () => {
    const outcomes = await Promise.allSettled([order('broken.docx', new Uint8Array([1, 2, 3])), order('good.md', Buffer.from('Good words.'))]);
    expect(outcomes.map((one) => one.status)).toEqual(['rejected', 'fulfilled']);
    expect(await status('broken.docx')).toMatchObject({ state: 'failed', passages: 0, error: { code: 'DOCUMENT_INVALID', reason: expect.stringContaining('broken.docx') as string } });
    expect(await call(ListDocumentsJob, { collection: 'site', limit: 10, state: 'failed' }, {})).toMatchObject({ documents: [{ documentId: 'broken.docx' }] });
    expect(await files()).toEqual([]);
  });

  it('of an earlier order never replaces that of a later one, whichever comes first', async () => {
    const { ledger } = parts();
    const [first, second] = [await ledger.next(), await ledger.next()];
    expect(await order('twice.md', Buffer.from('The newer words.'), second)).toMatchObject({ state: 'indexed' });
    expect(await order('twice.md', Buffer.from('The older words.'), first)).toEqual({ documentId: 'twice.md', passages: 0, state: 'superseded' });
    expect(await call(SearchJob, { collection: 'site', limit: 1 }, { query: 'newer words', filter: { documentId: 'twice.md' } })).toMatchObject({ passages: [{ text: 'The newer words.' }] });
  });

  it('waits without delaying a question', async () => {
    const section = '## 说明\n\n这是一段关于商品保养的说明文字，请按步骤操作，不要用水冲洗。\n\n';
    const search = async (): Promise<number> => {
      const began = performance.now();
      await call(SearchJob, { collection: 'site', limit: 3 }, { query: '退款多久到账' });
      return performance.now() - began;
    };
    await search();
    const busy = { isOver: false };
    const ingesting = Promise.all(Array.from({ length: 12 }, (_, at) => order(`bulk-${at}.md`, Buffer.from(section.repeat(200))))).finally(() => {
      busy.isOver = true;
    });
    const waits: number[] = [];
    while (!busy.isOver) waits.push(await search());
    await ingesting;
    const sorted = waits.toSorted((left, right) => left - right);
    // The aim is 60 ms for the whole mesh on a machine of its own; here other tests run beside it.
    expect(sorted.length).toBeGreaterThan(3);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(250);
  }, 60_000);
});
