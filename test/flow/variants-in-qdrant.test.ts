import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VectorStore } from '@switchyard/contracts';
import { answerFromKnowledge, languageOf } from '@switchyard/knowledge';
import { createLogger } from '@switchyard/telemetry';
import { openQdrantStore } from '@switchyard/vector-store';
import { startStandIn, type StandIn } from '../../libs/vector-store/src/qdrant/__fixtures__/stand-in-server.js';
import { helpSite } from '../../apps/retrieval/src/__fixtures__/help-site.js';
import { readingThreads } from '../../apps/retrieval/src/__fixtures__/reading.js';
import { ingestSite } from '../../apps/retrieval/src/ingest/ingest-site.js';
import { KnowledgeBase } from '../../apps/retrieval/src/knowledge-base.js';
import { searchPorts } from '../../apps/retrieval/src/search/search-ports.js';
import { addVariant, listVariants, removeVariant } from '../../apps/retrieval/src/variants/keep-variants.js';

const scope = { tenant: 'demo', collection: 'site' };
const { signal } = new AbortController();
const reader = readingThreads();
let standIn: StandIn;
/** Of two retrieval tiers. */
let stores: readonly [VectorStore, VectorStore];
beforeAll(async () => {
  standIn = await startStandIn();
  stores = [await openQdrantStore({ url: standIn.url }), await openQdrantStore({ url: standIn.url })];
  await ingestSite(helpSite(), { store: stores[0], reader, signal }, createLogger('retrieval', 'silent'));
});
afterAll(async () => {
  for (const store of stores ?? []) await store.close();
  await standIn?.close();
  await reader.close();
});

it.each([
  ['能给盒子系个蝴蝶结吗', '你们给盒子系蝴蝶结么', '可以礼品包装吗？', '6元'],
  ['could you put a bow round the box', 'Would you put a ribbon or bow on the box?', 'Do you wrap gifts?', '6 CNY'],
])('in Qdrant, too, a question and one like it are answered by every tier while it is a variant: %s', async (question, similar, title, words) => {
  const answers = (text: string) => Promise.all(stores.map(async (store) => (await answerFromKnowledge(searchPorts(new KnowledgeBase(store, reader)), scope, { text, turns: [], language: languageOf(text), signal })).answer));
  expect(await answers(question)).toEqual([undefined, undefined]);
  const { id } = await addVariant(stores[0], scope, { documentId: 'faq.csv', title, question, nowMs: Date.parse('2026-11-10') });
  expect(await listVariants(stores[1], scope, { limit: 10 })).toMatchObject([{ id, documentId: 'faq.csv', question, state: 'ready' }]);
  for (const text of [question, similar]) for (const answer of await answers(text)) expect(answer).toMatchObject({ text: expect.stringContaining(words) as string, citations: [{ documentId: 'faq.csv' }] });
  await removeVariant(stores[1], scope, id, false);
  expect(await answers(question)).toEqual([undefined, undefined]);
  expect(standIn.violations).toEqual([]);
});
