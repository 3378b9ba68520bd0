import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RetrieveJob, SearchJob, type ReplyLanguage } from '@switchyard/contracts';
import type { Site } from '@switchyard/site';
import { createLogger } from '@switchyard/telemetry';
import { jobOf, MemoryContext } from '@switchyard/testing';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { helpSite } from './__fixtures__/help-site.js';
import { readingThreads } from './__fixtures__/reading.js';
import { unusedQueue } from './__fixtures__/unused-queue.js';
import { RetrieveProcessor } from './compose/retrieve.processor.js';
import { ingestSite } from './ingest/ingest-site.js';
import { KnowledgeBase } from './knowledge-base.js';
import { SearchProcessor } from './search/search.processor.js';
import { synonymsOfSite } from './search/site-synonyms.js';

const KNOWLEDGE = {
  'zh/filter.md': '# 滤水机\n\n滤水机的滤芯每六个月更换一次。\n\n# 电水壶\n\n电水壶每个月除垢一次。',
  'en/rma.md': '# RMA\n\nThe RMA is open from 9:00 to 17:00.\n\n# Showroom\n\nThe showroom is closed on Sundays.',
};
const OWN = 'knowledge: { synonyms: [[净水器, 滤水机], [returns desk, RMA]] }\n';
const [plain, own] = [helpSite(KNOWLEDGE), helpSite(KNOWLEDGE, OWN)];
const reader = readingThreads();
let folder: string;
let store: ReturnType<typeof openEmbeddedStore>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synonyms-'));
  store = openEmbeddedStore({ file: join(folder, 'knowledge.db') });
  await ingestSite(plain, { store, reader, signal: new AbortController().signal }, createLogger('retrieval', 'silent'));
});
afterAll(async () => {
  await store.close();
  await reader.close();
  await rm(folder, { recursive: true, force: true });
});

/** The tier as it is once it has started with the site. */
const baseOf = (site: Site): KnowledgeBase => new KnowledgeBase(store, reader, { synonyms: synonymsOfSite(site) });
async function reply(site: Site, text: string, replyLanguage: ReplyLanguage) {
  const context = new MemoryContext();
  const readMesh = () => Promise.resolve({ egress: 'blocked' as const, available: { localModel: false, expert: false }, backlog: {}, oldestMs: {}, budgetLeftUsd: 0 });
  await new RetrieveProcessor(baseOf(site), { site, readMesh }).retrieve(jobOf(RetrieveJob, { collection: 'site', replyLanguage }, { text, turns: [] }), context);
  return context.replies[0];
}

it.each([
  ['zh', '净水器多久换一次滤芯？', '每六个月', 'zh/filter.md'],
  ['en', 'When is the returns desk open?', '9:00 to 17:00', 'en/rma.md'],
] as const)('a question in the words of the site, in %s, is answered with them and refused without them: %s', async (language, question, words, documentId) => {
  expect(await reply(plain, question, language)).toMatchObject({ outcome: 'handed_over' });
  const answered = await reply(own, question, language);
  expect(answered).toMatchObject({ outcome: 'answered', citations: [{ documentId }] });
  expect(answered?.text).toContain(words);
});

it('the documents stay as they were indexed', async () => {
  expect(await ingestSite(own, { store, reader, signal: new AbortController().signal }, createLogger('retrieval', 'silent'))).toMatchObject({ indexed: 0, unchanged: 4 });
});

it('the search of the API knows them too', async () => {
  const search = (site: Site) => new SearchProcessor(baseOf(site), unusedQueue.ledger).search(jobOf(SearchJob, { collection: 'site', limit: 1 }, { query: 'returns desk' }), new MemoryContext());
  expect((await search(own)).passages).toMatchObject([{ documentId: 'en/rma.md' }]);
  expect((await search(plain)).passages).toEqual([]);
});

it('one that holds no word stops the start, by its place', () => {
  expect(() => synonymsOfSite(helpSite(KNOWLEDGE, 'knowledge: { synonyms: [[RMA, returns desk], [the, 的]] }\n'))).toThrow(expect.objectContaining({ code: 'SITE_INVALID', detail: expect.stringContaining('knowledge.synonyms.1.0') as string }) as Error);
});
