import { afterEach, describe, expect, it } from 'vitest';
import type { KnowledgeHit, Reranker } from '@switchyard/contracts';
import { startRerankServer, type RerankServer } from './__fixtures__/rerank-server.js';
import { createReranker } from './reranker.js';

const hit = (title: string, text: string): KnowledgeHit => ({ score: 1, lexical: 1, passage: { id: text, documentId: 'd', title, text, language: 'en', position: 0, metadata: {}, sparse: { indices: [], values: [] } } });
const HITS = [hit('Kettle', 'Two years.'), hit('', 'Three years.'), hit('Fryer', 'Four years.')];
const open = (): AbortSignal => new AbortController().signal;

describe.each(['usual', 'plain'] as const)('a reranking server of the %s form', (form) => {
  let server: RerankServer;
  afterEach(() => server.close());
  const start = async (options: { suffix?: string; timeoutMs?: number } = {}): Promise<Reranker> => {
    server = await startRerankServer(form);
    server.scoreOf = (_query, document) => (document.includes('Three') ? 0.9 : 0.1);
    return createReranker({ url: `${server.url}${options.suffix ?? ''}`, model: 'bge-reranker', timeoutMs: options.timeoutMs ?? 5_000, onSiteOnly: true });
  };

  it.each(['', '/', '/v1'])('scores passages with their titles, in the order of the hits (URL with "%s")', async (suffix) => {
    const reranker = await start({ suffix });
    expect(await reranker.rerank('How long?', HITS, open())).toEqual([0.1, 0.9, 0.1]);
    expect(await reranker.rerank('And now?', HITS, open())).toEqual([0.1, 0.9, 0.1]);
    expect(server.calls.map(({ query }) => query)).toEqual(['How long?', 'And now?']);
    expect(server.calls[0]?.documents).toEqual(['Kettle\nTwo years.', 'Three years.', 'Fryer\nFour years.']);
    expect(reranker.name).toBe(`bge-reranker@${new URL(server.url).host}`);
  });

  it('may send logits, which become probabilities of the same order', async () => {
    const reranker = await start();
    server.scoreOf = (_query, document) => (document.includes('Three') ? 4 : -3);
    const scores = await reranker.rerank('How long?', HITS, open());
    expect(scores[1]).toBeCloseTo(0.982, 3);
    expect(scores[0]).toBeCloseTo(0.047, 3);
  });

  it.each([['garbled', 'MODEL_UNAVAILABLE'], ['one short', 'MODEL_OUTPUT_INVALID'], [500, 'MODEL_UNAVAILABLE'], [503, 'MODEL_OVERLOADED'], [422, 'MODEL_REJECTED']] as const)('that is %s is an error that tells no text', async (mood, code) => {
    const reranker = await start();
    server.mood = mood;
    const failure = reranker.rerank('my secret', HITS, open());
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.not.toThrow('my secret');
  });

  it('that does not answer in time is left alone for a while', async () => {
    const reranker = await start({ timeoutMs: 60 });
    server.mood = 'hanging';
    await expect(reranker.rerank('How long?', HITS, open())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', detail: expect.stringContaining('within 60 ms') as string });
    server.mood = 'well';
    await expect(reranker.rerank('How long?', HITS, open())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', detail: expect.stringContaining('a moment ago') as string });
    expect(server.calls).toHaveLength(1);
  });

  it('is given up with the request, for which it is not to blame', async () => {
    const reranker = await start();
    server.mood = 'hanging';
    const request = new AbortController();
    const call = reranker.rerank('How long?', HITS, request.signal);
    request.abort(new Error('the customer left'));
    await expect(call).rejects.toThrow('the customer left');
    server.mood = 'well';
    expect(await reranker.rerank('How long?', HITS, open())).toEqual([0.1, 0.9, 0.1]);
  });
});

it('refuses a reranking server outside a private network where nothing may leave', async () => {
  await expect(createReranker({ url: 'http://8.8.8.8', model: 'm', timeoutMs: 100, onSiteOnly: true })).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'RERANKER_URL' });
});
