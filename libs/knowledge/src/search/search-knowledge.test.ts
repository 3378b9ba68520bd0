import { describe, expect, it } from 'vitest';
import type { KnowledgeHit, KnowledgeQuery, KnowledgeScope, Reranker, StoredPassage } from '@switchyard/contracts';
import { passageOf } from '../chunk/passage-of.js';
import { languageOf } from '../terms/language-of.js';
import { inverseDocumentFrequency } from '../terms/sparse-vector.js';
import { searchKnowledge, type SearchPorts } from './search-knowledge.js';

const scope: KnowledgeScope = { tenant: 'demo', collection: 'site' };
const { signal } = new AbortController();

/** Scores as the stores do. */
function storeOf(rows: readonly (readonly [title: string, text: string])[]): SearchPorts['store'] {
  const passages: StoredPassage[] = rows.map(([title, text], at) => passageOf({ title, text, language: languageOf(text), variants: [] }, 0, { scope, documentId: `d${at}`, metadata: {} }));
  const frequency = (id: number): number => passages.filter(({ sparse }) => sparse.indices.includes(id)).length;
  return {
    query: (_scope, { sparse: query, limit }: KnowledgeQuery) => {
      const scoreOf = ({ sparse }: StoredPassage): number =>
        query.indices.reduce((sum, id, at) => sum + (query.values[at] ?? 0) * (sparse.values[sparse.indices.indexOf(id)] ?? 0) * inverseDocumentFrequency(passages.length, frequency(id)), 0);
      const hits = passages.map((passage): KnowledgeHit => ({ passage, score: scoreOf(passage), lexical: scoreOf(passage) })).filter(({ score }) => score > 0);
      return Promise.resolve(hits.toSorted((left, right) => right.score - left.score).slice(0, limit));
    },
    statistics: (_scope, indices) => Promise.resolve({ passages: passages.length, frequencies: indices.map(frequency) }),
  };
}

const HOTELS = storeOf([
  ['Acorn Guest House', 'The rooms are clean, and the wifi is fast.'],
  ['Acorn Guest House', 'Parking is free.'],
  ['Gonville Hotel', 'Clean rooms, clean linen and clean towels every day: clean as can be.'],
  ['Gonville Hotel', 'Breakfast is served until ten.'],
  ['Allenbell', 'The wifi is slow.'],
]);
const found = async (question: string, before: readonly string[] = [], ports: Partial<SearchPorts> = {}): Promise<string[]> => (await searchKnowledge({ store: HOTELS, ...ports }, scope, question, { limit: 5, before, signal })).map(({ passage }) => passage.text);

describe('a search in the knowledge base', () => {
  it('prefers the passage whose title the question names', async () => {
    expect((await found('Are the rooms clean?'))[0]).toContain('clean as can be');
    expect((await found('Are the rooms of the Acorn guest house clean?'))[0]).toBe('The rooms are clean, and the wifi is fast.');
  });

  it('asks of what was spoken of before', async () => {
    const before = ['I need a place to stay.', 'The Acorn Guest House would suit you.'];
    expect((await found('Are the rooms clean?', before))[0]).toBe('The rooms are clean, and the wifi is fast.');
  });

  it('asks of what the question names, whatever was spoken of before', async () => {
    expect((await found('And is the Allenbell wifi any good?', ['The Acorn Guest House would suit you.']))[0]).toBe('The wifi is slow.');
  });

  it('does not find what the conversation alone names', async () => {
    expect(await found('Is there a swimming pool?', ['The Acorn Guest House would suit you.'])).toEqual([]);
  });

  it('finds a Chinese word inside a long compound', async () => {
    const store = storeOf([['退货', '退货运费险由平台承担。'], ['发票', '电子发票在订单完成后开具。']]);
    expect((await searchKnowledge({ store }, scope, '运费', { limit: 5, signal }))[0]?.passage.text).toContain('运费险');
  });
});

describe('a reranking model', () => {
  const reranker = (rerank: Reranker['rerank']): Reranker => ({ name: 'm', rerank });

  it('puts the passages in its order', async () => {
    const seen: string[] = [];
    const byLength = reranker((question, hits) => {
      seen.push(question);
      return Promise.resolve(hits.map(({ passage }) => 1 / passage.text.length));
    });
    const texts = await found('Are the rooms clean?', [], { reranker: byLength });
    expect(texts).toEqual(texts.toSorted((left, right) => left.length - right.length));
    expect(seen).toEqual(['Are the rooms clean?']);
  });

  it('that fails leaves the order as it was, and is told', async () => {
    const failure = new Error('down');
    const problems: unknown[] = [];
    const broken = reranker(() => Promise.reject(failure));
    expect(await found('Are the rooms clean?', [], { reranker: broken, onProblem: (error) => problems.push(error) })).toEqual(await found('Are the rooms clean?'));
    expect(problems).toEqual([failure]);
  });

  it("does not outlive the request's own end", async () => {
    const request = new AbortController();
    const slow = reranker(() => {
      request.abort(new Error('gone'));
      return Promise.reject(new Error('aborted'));
    });
    await expect(searchKnowledge({ store: HOTELS, reranker: slow }, scope, 'Are the rooms clean?', { limit: 5, signal: request.signal })).rejects.toThrow('gone');
  });
});

describe('with vectors', () => {
  it('a passage that only its vector finds keeps its place among those found by words', async () => {
    const fused: SearchPorts['store'] = {
      statistics: (...args) => HOTELS.statistics(...args),
      query: async (where, query) => {
        const byWords = await HOTELS.query(where, query);
        const passage = passageOf({ title: 'Gonville Hotel', text: 'Meals from seven.', language: 'en', variants: [] }, 0, { scope, documentId: 'v', metadata: {} });
        return [{ passage, score: 1 / 60 + 0.01, lexical: 0 }, ...byWords.map((hit, rank) => ({ ...hit, score: 1 / (61 + rank) }))];
      },
    };
    const texts = (await searchKnowledge({ store: fused, embed: () => Promise.resolve(Float32Array.of(1)) }, scope, 'wifi', { limit: 5, signal })).map(({ passage }) => passage.text);
    expect(texts.slice(0, 2)).toContain('Meals from seven.');
    expect(texts).toHaveLength(3);
  });
});
