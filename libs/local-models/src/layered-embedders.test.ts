import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder, EmbeddingRole } from '@switchyard/contracts';
import type { MeshError } from '@switchyard/errors';
import { startEmbeddingServer, type EmbeddingServer } from '@switchyard/testing';
import { batchingEmbedder } from './batching-embedder.js';
import { promptsOf } from './embedding-prompts.js';
import { keepingEmbedder } from './keeping-embedder.js';
import { openLastingEmbedder } from './lasting-embedder.js';
import { timelyEmbedder } from './timely-embedder.js';

const signal = new AbortController().signal;

/** Vectors that tell the text's length and role; `gate` holds the calls back. */
function scripted(gate: Promise<void> = Promise.resolve()): Embedder & { calls: { texts: readonly string[]; role: EmbeddingRole | undefined; signal: AbortSignal }[] } {
  const calls: { texts: readonly string[]; role: EmbeddingRole | undefined; signal: AbortSignal }[] = [];
  return {
    calls,
    fingerprint: 'scripted:2:unit',
    dimension: 2,
    async embed(texts, stop, role) {
      calls.push({ texts, role, signal: stop });
      await gate;
      return texts.map((text) => Float32Array.from([text.length, role === 'document' ? 1 : 0]));
    },
  };
}

describe('what stands before a text', () => {
  it.each([
    ['nomic-embed-text:latest', 'search_query: ', 'search_document: '],
    ['hf.co/Qwen/Qwen3-Embedding-0.6B', 'Instruct: ', ''],
    ['quentinz/bge-small-zh-v1.5', '为这个句子', ''],
    ['BAAI/bge-large-en-v1.5', 'Represent this', ''],
    ['intfloat/multilingual-e5-small', 'query: ', 'passage: '],
    ['bge-m3', '', ''],
    ['milkey/m3e:large', '', ''],
  ])('is what the card of %s asks for', (model, query, document) => {
    const prompts = promptsOf(model);
    expect(prompts.query.startsWith(query)).toBe(true);
    expect(prompts.document).toBe(document);
    expect(prompts.query === '').toBe(query === '');
  });
});

describe('batches', () => {
  it('hold what comes at nearly the same time, and give everybody his own', async () => {
    const inner = scripted();
    const batching = batchingEmbedder(inner, { waitMs: 5, maxTexts: 8 });
    const [one, two, three] = await Promise.all([batching.embed(['a'], signal, 'query'), batching.embed(['bb', 'ccc'], signal, 'query'), batching.embed(['dddd'], signal, 'document')]);
    expect([one, two, three].map((vectors) => vectors?.map(([length]) => length))).toEqual([[1], [2, 3], [4]]);
    expect(inner.calls.map(({ texts, role }) => [role, texts])).toEqual([['query', ['a', 'bb', 'ccc']], ['document', ['dddd']]]);
  });

  it('wait no longer than they are full, and a large one not at all', async () => {
    const inner = scripted();
    const batching = batchingEmbedder(inner, { waitMs: 60_000, maxTexts: 2 });
    await Promise.all([batching.embed(['a'], signal), batching.embed(['b'], signal)]);
    await batching.embed(['c', 'd', 'e'], signal);
    expect(inner.calls.map(({ texts }) => texts.length)).toEqual([2, 3]);
  });

  it('let one go without ending the wait of the others, and end the call when all have gone', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const inner = scripted(gate);
    const batching = batchingEmbedder(inner, { waitMs: 0, maxTexts: 2 });
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = [batching.embed(['a'], first.signal), batching.embed(['b'], second.signal)];
    first.abort(new Error('gone'));
    await expect(waits[0]).rejects.toThrow('gone');
    expect(inner.calls[0]?.signal.aborted).toBe(false);
    second.abort(new Error('gone too'));
    await expect(waits[1]).rejects.toThrow('gone too');
    expect(inner.calls[0]?.signal.aborted).toBe(true);
    open();
  });

  it('fail for all who wait', async () => {
    const batching = batchingEmbedder({ ...scripted(), embed: () => Promise.reject(new Error('away')) }, { waitMs: 1, maxTexts: 8 });
    const results = await Promise.allSettled([batching.embed(['a'], signal), batching.embed(['b'], signal)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('a question', () => {
  it('waits for its vector no longer than it may, then not at all for a while, and then again', async () => {
    const results: string[] = [];
    let nowMs = 0;
    const slow: Embedder = { ...scripted(), embed: (_texts, stop) => new Promise((_resolve, reject) => stop.addEventListener('abort', () => reject(stop.reason as Error))) };
    const timely = timelyEmbedder(slow, { queryMs: 5, onQuery: (result) => results.push(result), now: () => nowMs });
    for (let at = 0; at < 4; at++) await expect(timely.embed(['q'], signal, 'query')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(results).toEqual(['late', 'late', 'late', 'rest']);
    nowMs = 5_001;
    await expect(timely.embed(['q'], signal, 'query')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(results.at(-1)).toBe('late');
  });

  it('ends with its request, and a document waits as long as it has to', async () => {
    const timely = timelyEmbedder(scripted(), { queryMs: 5 });
    await expect(timely.embed(['q'], AbortSignal.abort(new Error('cancelled')), 'document')).resolves.toHaveLength(1);
    const stuck = timelyEmbedder({ ...scripted(), embed: (_texts, stop) => Promise.reject(stop.reason as Error) }, { queryMs: 5_000 });
    await expect(stuck.embed(['q'], AbortSignal.abort(new Error('cancelled')), 'query')).rejects.toThrow('cancelled');
  });
});

describe('on the disk and over restarts', () => {
  let folder: string;
  let server: EmbeddingServer;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vectors-'));
    server = await startEmbeddingServer('ollama');
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('a passage is embedded once, by whichever process, and a question leaves no trace', async () => {
    const inner = scripted();
    for (let run = 0; run < 2; run++) {
      const keeping = keepingEmbedder(inner, { directory: folder, maxVectors: 100 });
      expect(await keeping.embed(['one', 'two!'], signal, 'document')).toEqual([Float32Array.from([3, 1]), Float32Array.from([4, 1])]);
      await keeping.embed(['a question'], signal, 'query');
      keeping.close();
    }
    expect(inner.calls.map(({ role }) => role)).toEqual(['document', 'query', 'query']);
    const other = keepingEmbedder({ ...inner, fingerprint: 'another:2:unit' }, { directory: folder, maxVectors: 100 });
    await other.embed(['one'], signal, 'document');
    other.close();
    expect(inner.calls.length).toBe(4);
  });

  it('the oldest vectors go when there are too many', async () => {
    const inner = scripted();
    const keeping = keepingEmbedder(inner, { directory: folder, maxVectors: 20 });
    for (let at = 0; at < 60; at++) await keeping.embed([`text ${at}`], signal, 'document');
    const asked = inner.calls.length;
    await keeping.embed(['text 59'], signal, 'document');
    expect(inner.calls.length).toBe(asked);
    await keeping.embed(['text 0'], signal, 'document');
    expect(inner.calls.length).toBe(asked + 1);
    keeping.close();
  });

  it('a model that is away at the start is what it was, and is used again once it is back', async () => {
    const options = { ollamaUrl: server.url, model: 'meaning', directory: folder, againMs: 0, timeoutMs: 300 };
    const before = await openLastingEmbedder(options);
    server.mood = 'failing';
    const after = await openLastingEmbedder(options);
    expect(after).toMatchObject({ fingerprint: before?.fingerprint, dimension: 32 });
    await expect(after?.embed(['a'], signal)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    server.mood = 'well';
    await expect.poll(() => after?.embed(['a'], signal).then((vectors) => vectors.length, () => 0)).toBe(1);
  });

  it('a model that has never been there is none, and one that comes back as another is not used', async () => {
    const problems: MeshError[] = [];
    const options = { ollamaUrl: server.url, model: 'meaning', directory: folder, againMs: 0, timeoutMs: 300, onProblem: (problem: MeshError) => void problems.push(problem) };
    server.mood = 'failing';
    expect(await openLastingEmbedder(options)).toBeUndefined();
    server.mood = 'well';
    await openLastingEmbedder(options);
    server.mood = 'failing';
    const after = await openLastingEmbedder(options);
    server.mood = 'well';
    server.dimension = 16;
    await expect.poll(async () => {
      await after?.embed(['a'], signal).catch(() => undefined);
      return problems.map(({ code }) => code);
    }).toContain('MODEL_MISMATCH');
    await expect(after?.embed(['a'], signal)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(await readdir(folder)).toHaveLength(1);
  });
});
