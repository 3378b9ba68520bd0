import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { documentOfVariant, passageOfVariant, queryVector, termsOfVariant, variantScope } from '@switchyard/knowledge';
import { startEmbeddingServer, type EmbeddingServer } from '@switchyard/testing';
import { runCommand, type CommandRun } from '../__fixtures__/run-command.js';
import { SITE_YAML } from '../__fixtures__/site-yaml.js';
import { rebuildCommand } from './rebuild-command.js';

const scope = { tenant: 'demo', collection: 'site' };
let server: EmbeddingServer;
let root: string;
beforeEach(async () => {
  server = await startEmbeddingServer('ollama');
  vi.stubEnv('OLLAMA_URL', server.url);
  vi.stubEnv('QDRANT_URL', '');
  root = await mkdtemp(join(tmpdir(), 'rebuild-'));
  await mkdir(join(root, 'site'));
  await writeFile(join(root, 'site', 'site.yaml'), `${SITE_YAML}models: { embedding: { model: meaning } }\n`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(root, { recursive: true });
});

const run = (...options: string[]): Promise<CommandRun> => runCommand(rebuildCommand(), ['--site', join(root, 'site'), '--data', root, ...options]);

async function fill(): Promise<void> {
  const store = openEmbeddedStore({ file: join(root, 'knowledge.db') });
  // As a release stored it that had other terms.
  const one = { id: 'faq#0', documentId: 'faq', title: 'Warranty', text: 'Two years.', language: 'en', position: 0, metadata: {}, variants: ['guarantee period'], sparse: { indices: [1], values: [1] } };
  await store.replaceDocument(scope, { documentId: 'faq', title: 'FAQ', contentHash: 'h' }, [one]);
  const variant = { id: 'v', documentId: 'faq', title: 'Warranty', question: 'broken within how long', addedAt: '2026-11-27T00:00:00.000Z' };
  await store.replaceDocument(variantScope(scope), documentOfVariant(variant), [{ ...passageOfVariant(variantScope(scope), variant), sparse: { indices: [1], values: [1] } }]);
  await store.close();
}
const found = async (question: string, space?: string): Promise<unknown> => {
  const store = openEmbeddedStore({ file: join(root, 'knowledge.db'), ...(space === undefined ? {} : { space }) });
  try {
    return [(await store.query(scope, { sparse: queryVector(question), limit: 1 })).map(({ passage }) => passage.id), await store.space(scope)];
  } finally {
    await store.close();
  }
};

it('makes the terms of this release, those of other ways to ask included', async () => {
  await fill();
  expect(await found('guarantee')).toEqual([[], undefined]);
  expect(await run()).toEqual({ out: '2 documents, 2 passages made anew\n', error: '', exitCode: 0 });
  expect(await found('guarantee')).toEqual([['faq#0'], undefined]);
  expect(await found('years')).toEqual([['faq#0'], undefined]);
  expect(server.texts).toEqual([]);
  const store = openEmbeddedStore({ file: join(root, 'knowledge.db') });
  // Other wordings have terms of their own, as they get them when they are added: those of the question alone.
  const hits = await store.query(variantScope(scope), { sparse: queryVector('broken'), limit: 1 });
  expect(hits.map(({ passage }) => [passage.text, new Set(passage.sparse.indices)])).toEqual([['broken within how long', new Set(termsOfVariant('broken within how long').indices)]]);
  await store.close();
});

it("makes vectors of the site's model where they are wanted", async () => {
  await fill();
  const { out, error } = await run('--vectors', '--json');
  expect([JSON.parse(out), error]).toEqual([{ documents: 2, passages: 2 }, '']);
  expect(server.texts.at(-1)).toContain('Warranty\nTwo years.');
  expect(await found('years', 'meaning@0123456789ab:32:unit')).toEqual([['faq#0'], { fingerprint: 'meaning@0123456789ab:32:unit', dimension: 32 }]);
});

it('makes no empty knowledge base where there is none', async () => {
  expect(await run('--json')).toMatchObject({ exitCode: 1, error: expect.stringContaining('CONFIG_INVALID') as string });
});

it.each([['nonsense', 'QDRANT_URL'], ['https://qdrant.example.com', 'not on a private network']])('does not ask the Qdrant %s', async (url, reason) => {
  vi.stubEnv('QDRANT_URL', url);
  vi.stubEnv('EGRESS', 'blocked');
  expect(await run()).toMatchObject({ exitCode: 1, error: expect.stringContaining(reason) as string });
});

it('leaves everything as it was where the model is away', async () => {
  await fill();
  server.mood = 'failing';
  expect((await run('--vectors')).exitCode).toBe(1);
  expect(await found('guarantee')).toEqual([[], undefined]);
});
