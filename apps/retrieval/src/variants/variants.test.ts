import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RetrieveJob, SearchJob, VariantsJob, type JobInput, type KnowledgeVariant, type VectorStore } from '@switchyard/contracts';
import { languageOf, variantScope } from '@switchyard/knowledge';
import { createLogger } from '@switchyard/telemetry';
import { jobOf, MemoryContext } from '@switchyard/testing';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { helpSite, KNOWLEDGE } from '../__fixtures__/help-site.js';
import { readingThreads } from '../__fixtures__/reading.js';
import { unusedQueue } from '../__fixtures__/unused-queue.js';
import { RetrieveProcessor } from '../compose/retrieve.processor.js';
import { ingestSite, type SiteIngest } from '../ingest/ingest-site.js';
import { KnowledgeBase } from '../knowledge-base.js';
import { SearchProcessor } from '../search/search.processor.js';
import { VariantsProcessor } from './variants.processor.js';

const reader = readingThreads();
const scope = { tenant: 'demo', collection: 'site' };
let folder: string;
let store: VectorStore;
let base: KnowledgeBase;
const open = (): void => {
  store = openEmbeddedStore({ file: join(folder, 'knowledge.db') });
  base = new KnowledgeBase(store, reader);
};
const ingest = (knowledge = KNOWLEDGE): Promise<SiteIngest> => ingestSite(helpSite(knowledge), { store, reader, signal: new AbortController().signal }, createLogger('retrieval', 'silent'));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'variants-'));
  open();
  await ingest();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => reader.close());

async function ask(text: string, tenant = 'demo', collection = 'site') {
  const context = new MemoryContext({ nowMs: Date.parse('2026-11-10') });
  const readMesh = () => Promise.resolve({ egress: 'blocked' as const, available: { localModel: false, expert: false }, backlog: {}, oldestMs: {}, budgetLeftUsd: 0 });
  await new RetrieveProcessor(base, { site: helpSite(), readMesh }).retrieve(jobOf(RetrieveJob, { collection, replyLanguage: languageOf(text) }, { text, turns: [] }, { tenant }), context);
  return { ...context.replies[0], searched: context.recorded[0]?.facts };
}
type Call = [body: Partial<JobInput<typeof VariantsJob>['body']> & Pick<JobInput<typeof VariantsJob>['body'], 'operation'>, own?: JobInput<typeof VariantsJob>['private'], attempt?: number];
const call = async (...[body, own = {}, attempt = 1]: Call): Promise<KnowledgeVariant[]> => (await new VariantsProcessor(base).variants(jobOf(VariantsJob, { collection: 'site', ...body }, own), new MemoryContext({ attempt }))).variants;
async function add(documentId: string, question: string, title?: string): Promise<KnowledgeVariant> {
  const [variant] = await call({ operation: 'add', documentId }, { question, ...(title === undefined ? {} : { title }) });
  if (!variant) throw new Error('nothing came back');
  return variant;
}

const WITH_HEADINGS = { ...KNOWLEDGE, 'en/returns.md': `${KNOWLEDGE['en/returns.md']}\n\n## Freight\nWe pay.` };

describe('a question that no document answers in its words', () => {
  it.each([
    ['zh', '能给盒子系个蝴蝶结吗', '你们给盒子系蝴蝶结么', 'faq.csv', '可以礼品包装吗？', '6元'],
    ['en', 'could you put a bow round the box', 'Would you put a ribbon or bow on the box?', 'faq.csv', 'Do you wrap gifts?', '6 CNY'],
  ])('in %s is answered once it is a variant, and so is a similar one, with the document as the source', async (_language, question, similar, documentId, title, words) => {
    expect(await ask(question)).toMatchObject({ outcome: 'handed_over' });
    expect(await ask(similar)).toMatchObject({ outcome: 'handed_over' });
    const { id } = await add(documentId, question, title);
    for (const text of [question, similar]) {
      const answered = await ask(text);
      expect(answered).toMatchObject({ outcome: 'answered', citations: [{ documentId }], searched: { variant: id } });
      expect(answered.text).toContain(words);
    }
  });

  it('of another tenant or collection is still not answered', async () => {
    await add('faq.csv', 'could you put a bow round the box', 'Do you wrap gifts?');
    expect(await ask('could you put a bow round the box', 'other', 'elsewhere')).toMatchObject({ outcome: 'handed_over' });
    expect(await store.documents(variantScope({ tenant: 'other', collection: 'elsewhere' }), 10)).toEqual({ documents: [] });
  });

  it('is answered after the document was indexed again, with its new words, and after a new start', async () => {
    await add('faq.csv', 'could you put a bow round the box', 'Do you wrap gifts?');
    await ingest({ ...KNOWLEDGE, 'faq.csv': 'question,answer\nDo you wrap gifts?,"Yes, gift wrapping costs 7 CNY."\n' });
    await store.close();
    open();
    expect((await ask('could you put a bow round the box')).text).toContain('7 CNY');
  });

  it('is not answered any more when the variant is removed', async () => {
    const { id } = await add('faq.csv', 'could you put a bow round the box', 'Do you wrap gifts?');
    expect(await call({ operation: 'remove', id })).toEqual([]);
    expect(await ask('could you put a bow round the box')).toMatchObject({ outcome: 'handed_over' });
    await expect(call({ operation: 'remove', id })).rejects.toMatchObject({ code: 'VARIANT_UNKNOWN' });
    expect(await call({ operation: 'remove', id }, {}, 2)).toEqual([]);
  });

  it('is not answered once the document is gone, which the list tells, and is again when it is back', async () => {
    await add('faq.csv', 'could you put a bow round the box', 'Do you wrap gifts?');
    const { 'faq.csv': _gone, ...others } = KNOWLEDGE;
    await ingest(others);
    expect(await ask('could you put a bow round the box')).toMatchObject({ outcome: 'handed_over' });
    expect(await call({ operation: 'list' })).toMatchObject([{ state: 'lost' }]);
    await ingest();
    expect(await ask('could you put a bow round the box')).toMatchObject({ outcome: 'answered' });
    expect(await call({ operation: 'list' })).toMatchObject([{ state: 'ready' }]);
  });
});

describe('a variant', () => {
  it('leaves the words of other questions alone', async () => {
    const before = await ask('How long does a refund take?');
    await add('faq.csv', 'how long does the bow on the box take', 'Do you wrap gifts?');
    expect(await ask('How long does a refund take?')).toMatchObject({ text: before.text, citations: before.citations });
    expect(await ask('how do I open a bank account')).toMatchObject({ outcome: 'handed_over' });
  });

  it('speaks for no question about another value, or for its opposite', async () => {
    await add('faq.csv', 'is the silver bow over 20 euros extra', 'Do you wrap gifts?');
    expect(await ask('is the silver bow over 20 euros extra')).toMatchObject({ outcome: 'answered' });
    expect(await ask('is the silver bow over 50 euros extra')).toMatchObject({ outcome: 'handed_over' });
  });

  it('counts nowhere among the documents and passages of its collection', async () => {
    const [documents, { passages }] = [await store.documents(scope, 100), await store.statistics(scope, [])];
    await add('faq.csv', 'could you put a bow round the box', 'Do you wrap gifts?');
    expect(await store.documents(scope, 100)).toEqual(documents);
    expect((await store.statistics(scope, [])).passages).toBe(passages);
    expect(await ingest()).toMatchObject({ indexed: 0, removed: 0 });
  });

  it('leads the search of the API there too, within its filter', async () => {
    await add('faq.csv', 'could you put a bow round the box', 'Do you wrap gifts?');
    const search = (filter?: Record<string, string>) => new SearchProcessor(base, unusedQueue.ledger).search(jobOf(SearchJob, { collection: 'site', limit: 1 }, { query: 'bow round the box', ...(filter ? { filter } : {}) }), new MemoryContext());
    expect((await search()).passages).toMatchObject([{ documentId: 'faq.csv', text: expect.stringContaining('6 CNY') as string }]);
    expect((await search({ language: 'zh' })).passages).toEqual([]);
    expect((await search({ documentId: 'en/returns.md' })).passages.map(({ documentId }) => documentId)).not.toContain('faq.csv');
  });

  it('is kept without personal data', async () => {
    const kept = await add('faq.csv', 'My name is John Smith, call +86 138 0013 8000 or john@mail.example: can I have a bow round the box?', 'Do you wrap gifts?');
    expect(kept.question).toContain('bow round the box');
    for (const held of [JSON.stringify(kept), JSON.stringify(await store.documents(variantScope(scope), 10))]) expect(held).not.toMatch(/8000|john|smith/i);
    expect(await add('faq.csv', '我叫张伟，电话13800138000，盒子能系蝴蝶结吗', '可以礼品包装吗？')).toMatchObject({ question: expect.not.stringMatching(/张伟|138/u) as string });
  });

  it('is one however often it is added, and is listed by its document', async () => {
    const first = await add('faq.csv', 'A bow round the box?', 'Do you wrap gifts?');
    expect(await add('faq.csv', ' a bow round the BOX? ', 'Do you wrap gifts?')).toEqual(first);
    await add('en/warranty.txt', 'what if it dies on me');
    expect(await call({ operation: 'list' })).toHaveLength(2);
    expect(await call({ operation: 'list', documentId: 'faq.csv' })).toEqual([first]);
    expect(await call({ operation: 'list', limit: 1 })).toHaveLength(1);
  });

  it('leads to a heading, and says which there are where it is not named', async () => {
    await ingest(WITH_HEADINGS);
    await expect(add('en/returns.md', 'who carries the postage')).rejects.toMatchObject({ code: 'REQUEST_INVALID', field: 'title', detail: expect.stringContaining('› Freight') as string });
    await expect(add('en/returns.md', 'who carries the postage', 'Parking')).rejects.toMatchObject({ code: 'REQUEST_INVALID', field: 'title' });
    expect(await add('en/returns.md', 'is my purse lighter after sending it back', 'Freight')).toMatchObject({ title: 'Returns and refunds › Freight', state: 'ready' });
    expect(await ask('is my purse lighter after sending it back')).toMatchObject({ outcome: 'answered', text: 'We pay.' });
  });

  it('must lead to a document and hold a word', async () => {
    await expect(add('nothing.md', 'a bow')).rejects.toMatchObject({ code: 'DOCUMENT_UNKNOWN', field: 'documentId' });
    for (const question of ['？？？', '13800138000', 'bow '.repeat(76)]) await expect(add('faq.csv', question, 'Do you wrap gifts?')).rejects.toMatchObject({ code: 'REQUEST_INVALID', field: 'question' });
  });

  it('has nineteen beside it at most', async () => {
    for (let at = 0; at < 20; at++) await add('faq.csv', `bow of colour${at}`, 'Do you wrap gifts?');
    await expect(add('faq.csv', 'bow of velvet', 'Do you wrap gifts?')).rejects.toMatchObject({ code: 'VARIANTS_FULL' });
    expect(await add('faq.csv', 'bow of colour7', 'Do you wrap gifts?')).toMatchObject({ state: 'ready' });
    expect(await add('en/warranty.txt', 'bow of velvet')).toMatchObject({ state: 'ready' });
  });
});
