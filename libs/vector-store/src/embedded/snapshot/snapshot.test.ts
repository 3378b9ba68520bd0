import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnowledgeHit, KnowledgeQuery, VectorStore } from '@switchyard/contracts';
import { Chance } from '@switchyard/testing';
import { ask, passage } from '../../vector-store-conformance.js';
import { openEmbeddedStore, type EmbeddedStoreOptions } from '../open-embedded-store.js';

const scope = { tenant: 'demo', collection: 'site' };
const DOCUMENTS = 30;
const PASSAGES = 100;
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (file: string, more: Partial<EmbeddedStoreOptions> = {}): VectorStore => openEmbeddedStore({ file, space: 'model/8', ...more });

async function write(store: VectorStore, number: number, version = 0): Promise<void> {
  const chance = new Chance(`${number} ${version}`);
  const documentId = `d${number}`;
  const passages = Array.from({ length: PASSAGES }, (_, position) =>
    passage(documentId, position, { 1: 1, [10 + chance.below(500)]: 1 + chance.below(9) / 7, [1_000 + number]: 1, [5_000 + version]: 1 }, {
      dense: Float32Array.from({ length: 8 }, () => chance.next() - 0.5),
      language: chance.next() < 0.5 ? 'zh' : 'en',
      metadata: number % 2 === 0 ? { product: `p${position % 3}`, validTo: '2026-11-10' } : {},
    }));
  await store.replaceDocument(scope, { documentId, title: documentId, contentHash: `${version}` }, passages);
}

/** A closed store with a snapshot of its index. */
async function filled(): Promise<{ file: string; snapshot: string }> {
  const file = join(folder, `store-${files++}.db`);
  const store = open(file);
  for (let number = 0; number < DOCUMENTS; number++) await write(store, number);
  for (let number = 0; number < DOCUMENTS; number += 4) await write(store, number, 1);
  await store.deleteDocument(scope, 'd3');
  await store.statistics(scope, [1]);
  await store.close();
  const [name] = await readdir(`${file}.index`);
  return { file, snapshot: join(`${file}.index`, name ?? '') };
}

const QUERIES: readonly KnowledgeQuery[] = [
  { sparse: ask(1, 12, 99, 5_001), limit: 30 },
  { sparse: ask(77), dense: new Float32Array([1, 0, 0, 1, 0, 0, 0.5, 0]), limit: 20 },
  { sparse: ask(1), dense: new Float32Array(8).fill(-1), limit: 15, filter: { product: ['p0', 'p2'], language: 'zh' }, validAt: '2026-11-10T12:00:00Z' },
  { sparse: ask(1), limit: 10, filter: { documentId: 'd5' }, validAt: '2026-12-01T00:00:00Z' },
];

async function answers(store: VectorStore): Promise<unknown> {
  const hits: KnowledgeHit[][] = [];
  for (const query of QUERIES) hits.push(await store.query(scope, query));
  return { hits, statistics: await store.statistics(scope, [1, 12, 99, 1_003, 5_001]) };
}

async function answersOf(file: string, more: Partial<EmbeddedStoreOptions> = {}): Promise<unknown> {
  const store = open(file, more);
  const found = await answers(store);
  await store.close();
  return found;
}

/** What the store answers from an index that it made of the file alone. */
async function truth({ file, snapshot }: { file: string; snapshot: string }): Promise<unknown> {
  const kept = await readFile(snapshot);
  await rm(snapshot);
  const found = await answersOf(file);
  await writeFile(snapshot, kept);
  return found;
}

/** Makes the passages of the file such that only a snapshot still knows their terms; a trick that tells which of the two was read. */
function blind(file: string): void {
  const database = new DatabaseSync(file);
  database.exec("UPDATE passages SET sparse = x''");
  database.close();
}

const frequencyOf = async (file: string, more: Partial<EmbeddedStoreOptions> = {}): Promise<number | undefined> => {
  const store = open(file, more);
  const { frequencies } = await store.statistics(scope, [1]);
  await store.close();
  return frequencies[0];
};

describe('a snapshot', () => {
  it('answers as the file does, and is what the index is made of', async () => {
    const stored = await filled();
    expect(await answersOf(stored.file)).toEqual(await truth(stored));
    blind(stored.file);
    expect(await frequencyOf(stored.file)).toBe((DOCUMENTS - 1) * PASSAGES);
  });

  it('is brought up to date with what was written, replaced and deleted since', async () => {
    const stored = await filled();
    const old = await readFile(stored.snapshot);
    const store = open(stored.file);
    for (const number of [1, 2, 40, 41]) await write(store, number, 2);
    await store.deleteDocument(scope, 'd7');
    await store.close();
    await writeFile(stored.snapshot, old);
    const found = await answersOf(stored.file);
    expect(found).toEqual(await truth(stored));
    expect(found).toMatchObject({ statistics: { passages: (DOCUMENTS - 2 + 2) * PASSAGES } });
  });

  it.each([
    ['flipped', (bytes: Buffer, chance: Chance) => {
      const at = chance.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
      return bytes;
    }],
    ['missing at its end', (bytes: Buffer, chance: Chance) => bytes.subarray(0, chance.below(bytes.length))],
    ['zero from somewhere on', (bytes: Buffer, chance: Chance) => bytes.fill(0, chance.below(bytes.length))],
    ['too many', (bytes: Buffer, chance: Chance) => Buffer.concat([bytes, Buffer.alloc(1 + chance.below(50), 7)])],
  ] as const)('of which bits are %s is discarded, and the answers stay right', async (title, damage) => {
    const chance = new Chance(title);
    const stored = await filled();
    const right = await truth(stored);
    const whole = await readFile(stored.snapshot);
    for (let round = 0; round < 6; round++) {
      await writeFile(stored.snapshot, damage(Buffer.from(whole), chance));
      expect(await answersOf(stored.file), `round ${round}`).toEqual(right);
    }
    // The last one was written anew, from the file.
    blind(stored.file);
    expect(await frequencyOf(stored.file)).toBe((DOCUMENTS - 1) * PASSAGES);
  });

  it('of another history of the file is not used', async () => {
    const stored = await filled();
    const [kept, snapshot] = [join(folder, 'kept.db'), await readFile(stored.snapshot)];
    await copyFile(stored.file, kept);
    const store = open(stored.file);
    for (const number of [50, 51]) await write(store, number);
    await store.close();
    const ahead = await readFile(stored.snapshot);
    await copyFile(kept, stored.file);
    // The file is put back to what it was, and goes another way: the same number of changes, other documents.
    await writeFile(stored.snapshot, snapshot);
    const other = open(stored.file);
    for (const number of [60, 61]) await write(other, number);
    await other.close();
    await writeFile(stored.snapshot, ahead);
    expect(await answersOf(stored.file)).toEqual(await truth(stored));
  });

  it('of another embedding model or another collection is not used', async () => {
    const stored = await filled();
    blind(stored.file);
    expect(await frequencyOf(stored.file, { space: 'other/8' })).toBe(0);
    const second = await filled();
    await copyFile(stored.snapshot, second.snapshot);
    blind(second.file);
    expect(await frequencyOf(second.file)).toBe(0);
  });

  it('is not kept of a collection that is small', async () => {
    const file = join(folder, 'small.db');
    const store = open(file);
    for (let number = 0; number < DOCUMENTS; number++) await write(store, number);
    await store.statistics(scope, [1]);
    await store.close();
    expect(await readdir(`${file}.index`)).toHaveLength(1);
    const shrunk = open(file);
    await shrunk.statistics(scope, [1]);
    for (let number = 1; number < DOCUMENTS; number++) await shrunk.deleteDocument(scope, `d${number}`);
    await shrunk.close();
    expect(await readdir(`${file}.index`)).toEqual([]);
  });

  it('is written while documents come, and never keeps the store from answering', async () => {
    const file = join(folder, 'busy.db');
    const store = open(file, { snapshotAfterMs: 5 });
    for (let number = 0; number < DOCUMENTS; number++) {
      await write(store, number);
      expect((await store.statistics(scope, [1])).frequencies).toEqual([(number + 1) * PASSAGES]);
    }
    await store.close();
    expect(await answersOf(file)).toEqual(await truth({ file, snapshot: join(`${file}.index`, (await readdir(`${file}.index`))[0] ?? '') }));
  });
});
