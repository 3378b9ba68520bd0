import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder } from '@switchyard/contracts';
import { startEmbeddingServer, type EmbeddingServer } from '@switchyard/testing';
import { embedTexts } from './embed-texts.js';
import { findLocalEmbedder } from './find-local-model.js';

const texts = Array.from({ length: 150 }, (_, at) => `sentence ${at} of the site`);

describe.each([['ollama', 'ollamaUrl'], ['openai', 'openAiCompatibleUrl']] as const)('texts embedded by the protocol of %s', (protocol, option) => {
  let server: EmbeddingServer;
  let directory: string;
  const roots: string[] = [];
  const open = async (): Promise<Embedder> => {
    const embedder = await findLocalEmbedder({ [option]: server.url, model: 'meaning' });
    if (!embedder) throw new Error('no embedder');
    server.texts.length = 0;
    return embedder;
  };
  beforeEach(async () => {
    server = await startEmbeddingServer(protocol);
    roots.push(await mkdtemp(join(tmpdir(), 'vectors-')));
    directory = join(roots.at(-1) ?? '', 'vectors');
  });
  afterEach(() => server.close());
  afterAll(async () => { for (const root of roots) await rm(root, { recursive: true }); });

  it('cost the server nothing the second time, and only what is new the third', async () => {
    const embedder = await open();
    const first = await embedTexts(embedder, [...texts, ...texts], directory);
    expect(first).toMatchObject({ fingerprint: embedder.fingerprint, dimension: 32, computed: 150 });
    expect(server.texts).toEqual(texts);
    const second = await embedTexts(embedder, texts, directory);
    expect({ ...second, computed: 150 }).toEqual(first);
    expect(second.computed).toBe(0);
    expect(server.texts).toHaveLength(150);
    await embedTexts(embedder, [...texts, 'one more'], directory);
    expect(server.texts.slice(150)).toEqual(['one more']);
  });

  it('are made anew for another embedder, and where the file is damaged', async () => {
    await embedTexts(await open(), texts, directory);
    server.dimension = 16;
    const other = await embedTexts(await open(), texts, directory);
    expect(other).toMatchObject({ dimension: 16, computed: 150 });
    expect(other.byText.get(texts[0] ?? '')).toHaveLength(16);
    const embedder = await open();
    for (const name of await readdir(directory)) {
      const bytes = await readFile(join(directory, name));
      bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
      await writeFile(join(directory, name), bytes);
    }
    expect((await embedTexts(embedder, texts, directory)).computed).toBe(150);
  });

  it('that were made before the server failed are not lost', async () => {
    const embedder = await open();
    const fails: Embedder = { ...embedder, embed: (batch, signal) => (server.texts.length >= 64 ? ((server.mood = 'failing'), embedder.embed(batch, signal)) : embedder.embed(batch, signal)) };
    await expect(embedTexts(fails, texts, directory)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    server.mood = 'well';
    expect((await embedTexts(embedder, texts, directory)).computed).toBe(86);
  });

  it.each([['an answer that is no JSON', 'garbled', 'MODEL_UNAVAILABLE'], ['an error', 'failing', 'MODEL_UNAVAILABLE']] as const)('end in a clear error on %s', async (_title, mood, code) => {
    const embedder = await open();
    server.mood = mood;
    await expect(embedTexts(embedder, texts, directory)).rejects.toMatchObject({ code });
  });

  it('are refused where the vectors change their length', async () => {
    const embedder = await open();
    server.dimension = 31;
    await expect(embedTexts(embedder, texts, directory)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
  });
});
