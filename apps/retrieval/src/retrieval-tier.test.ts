import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConsultJob, IngestJob, ListDocumentsJob, RetrieveJob, SearchJob, type Embedder, type JobInput, type ReplyLanguage, type Turn, type VectorStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { createLogger } from '@switchyard/telemetry';
import { jobOf, MemoryContext } from '@switchyard/testing';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { helpSite, KNOWLEDGE } from './__fixtures__/help-site.js';
import { readingThreads } from './__fixtures__/reading.js';
import { unusedQueue } from './__fixtures__/unused-queue.js';
import { RetrieveProcessor } from './compose/retrieve.processor.js';
import { IngestProcessor } from './ingest/ingest.processor.js';
import { ingestSite, type SiteIngest } from './ingest/ingest-site.js';
import { KnowledgeBase } from './knowledge-base.js';
import { SearchProcessor } from './search/search.processor.js';

/** "停车场免费两小时。停车场在地下一层。" */
const GB18030_HEX = 'cda3b3b5b3a1c3e2b7d1c1bdd0a1cab1a1a3cda3b3b5b3a1d4dab5d8cfc2d2bbb2e3a1a3';
const scope = { tenant: 'demo', collection: 'site' };
const logger = createLogger('retrieval', 'silent');
let folder: string;
let store: VectorStore;
const reader = readingThreads();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retrieval-'));
  store = openEmbeddedStore({ file: join(folder, 'knowledge.db') });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

afterAll(() => reader.close());

const ingest = (site = helpSite(), embedder?: Embedder): Promise<SiteIngest> => ingestSite(site, { store, reader, embedder, signal: new AbortController().signal }, logger);

async function retrieve(text: string, replyLanguage: ReplyLanguage, { turns = [], expert = false, nowMs = Date.parse('2026-11-10') }: { turns?: Turn[]; expert?: boolean; nowMs?: number } = {}): Promise<MemoryContext> {
  const context = new MemoryContext({ nowMs });
  const processor = new RetrieveProcessor(new KnowledgeBase(store, reader), {
    site: helpSite(),
    readMesh: () => Promise.resolve({ egress: expert ? 'allowed' : 'blocked', available: { localModel: false, expert }, backlog: {}, oldestMs: {}, budgetLeftUsd: 0 }),
  });
  await processor.retrieve(jobOf(RetrieveJob, { collection: 'site', replyLanguage }, { text, turns }), context);
  return context;
}

describe('the documents of a site', () => {
  it('are indexed once, for every tenant, and again only where they changed', async () => {
    expect(await ingest()).toMatchObject({ indexed: 8, unchanged: 0, removed: 0, invalid: [] });
    expect(await ingest()).toMatchObject({ indexed: 0, unchanged: 8, removed: 0 });
    expect(await ingest(helpSite({ ...KNOWLEDGE, 'en/warranty.txt': 'The warranty is 3 years.' }))).toMatchObject({ indexed: 2, unchanged: 6 });
    expect((await store.documents({ tenant: 'other', collection: 'elsewhere' }, 10)).documents.map(({ documentId }) => documentId)).toEqual(Object.keys(KNOWLEDGE).toSorted());
  });

  it('go when their file goes, while uploaded documents stay', async () => {
    await ingest();
    await store.replaceDocument(scope, { documentId: 'uploaded', title: 'U', contentHash: 'h' }, []);
    const { 'faq.csv': _gone, ...kept } = KNOWLEDGE;
    expect(await ingest(helpSite(kept))).toMatchObject({ removed: 2 });
    expect((await store.documents(scope, 10)).documents.map(({ documentId }) => documentId)).toEqual(['en/returns.md', 'en/warranty.txt', 'uploaded', 'zh/returns.md']);
  });

  it('do not overwrite an uploaded document of the same id', async () => {
    await store.replaceDocument(scope, { documentId: 'faq.csv', title: 'Mine', contentHash: 'h' }, []);
    expect(await ingest()).toMatchObject({ shadowed: ['faq.csv'] });
    expect((await store.document(scope, 'faq.csv'))?.title).toBe('Mine');
  });

  it('are taken without the one that cannot be read, which is named', async () => {
    expect(await ingest(helpSite({ ...KNOWLEDGE, 'manual.pdf': '%PDF' }))).toMatchObject({ indexed: 8, invalid: ['manual.pdf'] });
  });

  it('are indexed by their words where the embedding server is away, and again once it is back', async () => {
    const base = { fingerprint: 'tiny/2', dimension: 2 };
    const away: Embedder = { ...base, embed: () => Promise.reject(new MeshError('MODEL_UNAVAILABLE', 'away')) };
    const back: Embedder = { ...base, embed: (texts) => Promise.resolve(texts.map(() => new Float32Array([1, 0]))) };
    expect(await ingest(helpSite(), away)).toMatchObject({ indexed: 8 });
    expect(await ingest(helpSite(), back)).toMatchObject({ indexed: 8 });
    expect(await ingest(helpSite(), back)).toMatchObject({ unchanged: 8 });
  });
});

describe('a question', () => {
  beforeEach(async () => {
    await ingest();
  });

  it.each([
    ['zh', '退款多久到账？', '3–5个工作日', 'zh/returns.md'],
    ['en', 'How long does a refund take?', '3–5 working days', 'en/returns.md'],
    ['zh', '能礼品包装吗', '6元', 'faq.csv'],
    ['en', 'what does gift wrapping cost', '6 CNY', 'faq.csv'],
    ['en', 'I bought a kettle from you last month and I like the colour. My sister wants one as well. How long is the warranty?', '1 year', 'en/warranty.txt'],
  ] as const)('in %s is answered from a document, word for word: %s', async (language, question, words, documentId) => {
    const { replies, recorded } = await retrieve(question, language);
    const [reply] = replies;
    expect(reply).toMatchObject({ outcome: 'answered', tier: 'retrieval', conversation: { language } });
    expect(reply?.text).toContain(words);
    expect(reply?.citations?.[0]?.documentId).toBe(documentId);
    const { passages } = await new SearchProcessor(new KnowledgeBase(store, reader), unusedQueue.ledger).search(jobOf(SearchJob, { collection: 'site', limit: 50 }, { query: question }), new MemoryContext());
    for (const { quote } of reply?.citations ?? []) expect(passages.some(({ text }) => text.includes(quote))).toBe(true);
    expect(recorded.map(({ step }) => step)).toEqual(['searched', 'answered']);
    expect(recorded[0]?.facts).toMatchObject({ answerable: true, hits: expect.any(Number) as number, topScore: expect.any(Number) as number, tookMs: expect.any(Number) as number });
    // The record outlives the text, so no word of it may stand there.
    expect(JSON.stringify(recorded)).not.toContain(words);
  });

  it('falls back to the other language where only that has the answer', async () => {
    expect((await retrieve('air fryer warranty', 'zh')).replies[0]).toMatchObject({ outcome: 'answered', citations: [{ documentId: 'en/warranty.txt' }] });
  });

  it('that leans on the one before is searched together with it', async () => {
    const { replies } = await retrieve('那多久到账呢？', 'zh', { turns: [{ role: 'customer', text: '退款怎么退' }, { role: 'mesh', text: '原路退回。' }] });
    expect(replies[0]?.text).toContain('3–5个工作日');
  });

  it.each([
    ['zh', '今天天气怎么样'],
    ['en', 'Can you recommend a good film?'],
    ['zh', '？？？'],
  ] as const)('in %s that no document answers goes to a person, by the rule of the site: %s', async (language, question) => {
    const { replies, recorded } = await retrieve(question, language);
    expect(replies).toEqual([expect.objectContaining({ outcome: 'handed_over', tier: 'none', text: language === 'zh' ? 'handed over（中文）' : 'handed over' })]);
    expect(recorded.map(({ step }) => step)).toEqual(['searched', 'escalated', 'routed', 'handed_over']);
    expect(recorded[2]?.facts).toMatchObject({ rule: 'unknown.person' });
  });

  it('is handed on with the passages that were found, where the rule names a tier', async () => {
    const { forwarded, replies } = await retrieve('Can I return a product that I painted blue at the beach party?', 'en', { expert: true });
    expect(replies).toEqual([]);
    expect(forwarded).toEqual([expect.objectContaining({ kind: ConsultJob.kind, private: expect.objectContaining({ passages: expect.arrayContaining([expect.objectContaining({ documentId: 'en/returns.md' })]) as unknown }) as object })]);
  });

  it('of one tenant never sees the documents of another', async () => {
    await store.replaceDocument({ tenant: 'third', collection: 'site' }, { documentId: 'x', title: 'X', contentHash: 'h' }, []);
    const search = new SearchProcessor(new KnowledgeBase(store, reader), unusedQueue.ledger);
    expect(await search.search(jobOf(SearchJob, { collection: 'site', limit: 5 }, { query: 'refund' }, { tenant: 'third' }), new MemoryContext())).toEqual({ passages: [] });
    expect((await search.list(jobOf(ListDocumentsJob, { collection: 'site', limit: 5 }, {}, { tenant: 'third' }), new MemoryContext())).documents.map(({ documentId }) => documentId)).toEqual(['x']);
  });
});

describe('a document through the API', () => {
  const put = (own: JobInput<typeof IngestJob>['private'], documentId = 'd1'): Promise<unknown> =>
    new IngestProcessor(new KnowledgeBase(store, reader), unusedQueue).ingest(jobOf(IngestJob, { collection: 'site', documentId, operation: 'put' }, own), new MemoryContext());
  const remove = (attempt = 1): Promise<unknown> =>
    new IngestProcessor(new KnowledgeBase(store, reader), unusedQueue).ingest(jobOf(IngestJob, { collection: 'site', documentId: 'd1', operation: 'delete' }, {}), new MemoryContext({ attempt }));

  it('is indexed, found at once, unchanged the second time, and deleted', async () => {
    const document = { title: 'Parking', text: 'Parking is free for customers for two hours.', url: 'https://shop.example/parking', metadata: { city: 'Shanghai' } };
    expect(await put(document)).toEqual({ documentId: 'd1', passages: 1, state: 'indexed' });
    expect(await put(document)).toEqual({ documentId: 'd1', passages: 1, state: 'unchanged' });
    expect(await put({ ...document, metadata: { city: 'Beijing' } })).toMatchObject({ state: 'indexed' });
    const search = new SearchProcessor(new KnowledgeBase(store, reader), unusedQueue.ledger);
    const found = (city: string) => search.search(jobOf(SearchJob, { collection: 'site', limit: 5 }, { query: 'parking', filter: { city } }), new MemoryContext());
    expect((await found('Beijing')).passages).toEqual([{ documentId: 'd1', title: 'Parking', text: document.text, score: expect.any(Number) as number }]);
    expect((await found('Shanghai')).passages).toEqual([]);
    expect(await remove()).toEqual({ documentId: 'd1', passages: 0, state: 'deleted' });
    await expect(remove()).rejects.toMatchObject({ code: 'DOCUMENT_UNKNOWN' });
    expect(await remove(2)).toMatchObject({ state: 'deleted' });
  });

  it('answers and is found from its first day to the end of its last, by the clock of the job', async () => {
    const fact = { title: 'Parking', text: 'Parking is free for customers for two hours.' };
    await put({ ...fact, metadata: { validFrom: '2026-11-10', validTo: '2026-11-11' } });
    const search = new SearchProcessor(new KnowledgeBase(store, reader), unusedQueue.ledger);
    const found = async (day: string, validAt?: string): Promise<[search: number, outcome: string | undefined]> => {
      const nowMs = Date.parse(day);
      const { passages } = await search.search(jobOf(SearchJob, { collection: 'site', limit: 5 }, { query: 'parking', ...(validAt === undefined ? {} : { validAt }) }), new MemoryContext({ nowMs }));
      return [passages.length, (await retrieve('Is parking free?', 'en', { nowMs })).replies[0]?.outcome];
    };
    expect(await found('2026-11-09T23:00:00Z')).toEqual([0, 'handed_over']);
    expect(await found('2026-11-10T00:00:00Z')).toEqual([1, 'answered']);
    expect(await found('2026-11-11T23:00:00Z')).toEqual([1, 'answered']);
    expect(await found('2026-11-12T00:00:00Z')).toEqual([0, 'handed_over']);
    expect(await found('2026-11-12T00:00:00Z', '2026-11-11T12:00:00Z')).toEqual([1, 'handed_over']);
  });

  it('leaves the thread to questions while a long one is read', async () => {
    const section = '## 说明\n\n这是一段关于商品保养的说明文字，请按步骤操作，不要用水冲洗。\n\n';
    const progress = { done: false };
    const putting = put({ text: section.repeat(6_000) }, 'long').finally(() => {
      progress.done = true;
    });
    let longestMs = 0;
    while (!progress.done) {
      const began = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      longestMs = Math.max(longestMs, performance.now() - began);
    }
    expect(await putting).toMatchObject({ state: 'indexed', passages: 6_000 });
    // The aim is 50 ms on a machine of its own; this one may run other tests at the same time.
    expect(longestMs).toBeLessThan(250);
  });

  it('is read from a file in base64, whatever its encoding', async () => {
    const content = Buffer.from(GB18030_HEX, 'hex').toString('base64');
    expect(await put({ fileName: 'parking.txt', content })).toMatchObject({ state: 'indexed' });
    expect((await retrieve('停车场在哪层', 'zh')).replies[0]?.text).toContain('地下一层');
  });

  it.each([
    [{ fileName: 'manual.pdf', content: 'JVBERg==' }, 'DOCUMENT_INVALID', 'manual.pdf'],
    [{ text: '   ' }, 'DOCUMENT_EMPTY', 'd1.md'],
    [{}, 'REQUEST_INVALID', 'text'],
    [{ text: 'Open on Sundays.', metadata: { validFrom: 'next week' } }, 'DOCUMENT_INVALID', 'metadata.validFrom'],
  ])('is refused by name where it cannot be read: %j', async (own, code, field) => {
    await expect(put(own)).rejects.toMatchObject({ code, field });
  });
});
