import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { VectorStore } from '@switchyard/contracts';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { announceChanges } from './announce-changes.js';

const scope = { tenant: 'demo', collection: 'site' };
let folder: string;
let plain: VectorStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'announce-'));
  plain = openEmbeddedStore({ file: join(folder, 'knowledge.db') });
});
afterEach(async () => {
  await plain.close();
  await rm(folder, { recursive: true, force: true });
});

it('tells of a change before it is made and after, and of no reading', async () => {
  const seen: string[] = [];
  const store = announceChanges(plain, async (tenant) => void seen.push(`${tenant} ${(await plain.document(scope, 'd')) ? 'has it' : 'has it not'}`));
  await store.replaceDocument(scope, { documentId: 'd', title: 'D', contentHash: 'h' }, []);
  expect(seen).toEqual(['demo has it not', 'demo has it']);
  expect([await store.document(scope, 'd'), await store.documents(scope, 5), await store.query(scope, { sparse: { indices: [], values: [] }, limit: 1 })]).toMatchObject([{ documentId: 'd' }, { documents: [{}] }, []]);
  expect(seen.length).toBe(2);
  expect(await store.deleteDocument(scope, 'd')).toBe(true);
  expect(seen.slice(2)).toEqual(['demo has it', 'demo has it not']);
});

it('makes no change that cannot be announced', async () => {
  const store = announceChanges(plain, () => Promise.reject(new Error('away')));
  await expect(store.replaceDocument(scope, { documentId: 'd', title: 'D', contentHash: 'h' }, [])).rejects.toThrow('away');
  expect(await plain.document(scope, 'd')).toBeUndefined();
});
