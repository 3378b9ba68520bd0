import { expect } from 'vitest';
import type { KnowledgeRebuild, VectorStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { ask, passage } from '../../vector-store-conformance.js';
import { GATE_ID } from '../rebuild/gate.js';
import { HASTY, scope, type Bench } from './bench.js';

/** The length of a lease is waited for in these tests. */
const LEASE = { beatMs: 50, leaseMs: 1_000 };
const DOCUMENTS = 6;

/** Terms of the next release: those below a thousand are that much higher. */
export const higher = (): KnowledgeRebuild => ({
  recipe: 'higher',
  signal: new AbortController().signal,
  remake: async (_scope, passages) => passages.map(({ sparse: { indices, values } }) => ({ sparse: { indices: indices.map((id) => (id < 1_000 ? id + 1_000 : id)), values: [...values] } })),
});

const put = (store: VectorStore, documentId: string, version: string, order?: number): Promise<boolean> =>
  store.replaceDocument(scope, { documentId, title: documentId, contentHash: version }, [0, 1].map((at) => passage(documentId, at, { 5: 1, 2_001: 1 }, { text: version })), order);

async function fill(bench: Bench): Promise<VectorStore> {
  bench.server.collections.clear();
  bench.server.aliases.clear();
  const store = await bench.open({ lease: LEASE });
  for (let at = 0; at < DOCUMENTS; at++) await put(store, `d${at}`, 'old', 1);
  return store;
}

/** By document, what a reader sees; each document must be whole. */
async function seen(store: VectorStore): Promise<Map<string, string>> {
  const documents = new Map<string, string[]>();
  for (const { passage: { documentId, text } } of await store.query(scope, { sparse: ask(2_001), limit: 100 })) documents.set(documentId, [...(documents.get(documentId) ?? []), text]);
  for (const texts of documents.values()) expect([texts.length, new Set(texts).size]).toEqual([2, 1]);
  return new Map([...documents].map(([documentId, texts]) => [documentId, texts[0] ?? '']));
}

/** What every reader must see, and every record say. */
async function expectSeen(stores: readonly VectorStore[], expected: ReadonlyMap<string, string>, moment: string): Promise<void> {
  for (const store of stores) {
    expect(await seen(store), moment).toEqual(expected);
    const { documents } = await store.documents(scope, 100);
    expect(new Map(documents.map(({ documentId, contentHash }) => [documentId, contentHash])), moment).toEqual(expected);
  }
}

/** Ends where another run is still taken for alive. */
async function rebuildInTheEnd(bench: Bench): Promise<void> {
  const store = await bench.open({ lease: LEASE });
  for (let tries = 0; ; tries += 1) {
    try {
      return void (await store.rebuild(higher()));
    } catch (error) {
      // A busy machine may keep a run from telling in time that it is alive.
      if (tries > 5 || !MeshError.is(error) || (error.code !== 'DATABASE_UNAVAILABLE' && error.code !== 'REBUILD_RUNNING')) throw error;
    }
  }
}

/**
 * Cuts a run off at its request `step` for good, as if its process had been killed: all is seen as before or after, what
 * is written then counts, and the next run does the rest. @returns whether the run had so many requests
 */
export async function breakOffAt(bench: Bench, step: number): Promise<boolean> {
  const reader = await fill(bench);
  const victim = await bench.open({ patience: HASTY, lease: { beatMs: 60_000, leaseMs: 120_000 } });
  let requests = 0;
  bench.server.fault = () => (requests++ >= step ? 'cut' : undefined);
  const isDone = await victim.rebuild(higher()).then(() => true, () => false);
  bench.server.fault = () => undefined;
  if (isDone) return false;
  const moment = `broken off at request ${step}`;
  const expected = new Map(Array.from({ length: DOCUMENTS }, (_, at) => [`d${at}`, 'old']));
  await expectSeen([reader], expected, moment);
  // Also where the gate was left closed.
  await put(reader, 'd0', 'new', 2);
  await reader.deleteDocument(scope, 'd1', 2);
  await put(reader, 'fresh', 'new', 2);
  expected.set('d0', 'new').set('fresh', 'new').delete('d1');
  await expectSeen([reader, await bench.open()], expected, moment);
  await rebuildInTheEnd(bench);
  await expectSeen([reader, await bench.open()], expected, moment);
  expect(await reader.query(scope, { sparse: ask(5), limit: 10 }), moment).toEqual([]);
  expect(await put(reader, 'd1', 'late', 1), moment).toBe(false);
  return true;
}

const isClosed = (bench: Bench): boolean => [...bench.server.collections.values()].some((collection) => collection.retrieve([GATE_ID]).some(({ payload }) => payload['state'] === 'closed'));

/** Changes documents beside a run, from another process, right before its request `step`. @returns whether the run had so many requests */
export async function writeBeside(bench: Bench, step: number): Promise<boolean> {
  const reader = await fill(bench);
  const [rebuilder, writer] = await Promise.all([bench.open(), bench.open()]);
  let requests = 0;
  let writing: Promise<unknown> | undefined;
  bench.server.fault = async () => {
    if (writing || requests++ !== step) return undefined;
    const isDone = Promise.withResolvers<undefined>();
    writing = (async () => {
      await Promise.all([put(writer, 'd0', 'new', 2), writer.deleteDocument(scope, 'd1', 2), put(writer, 'fresh', 'new', 2), put(writer, 'd2', 'none')]);
      await Promise.all([put(writer, 'd0', 'newer', 3), writer.keepDocument(scope, 'd3', 3, 'old')]);
    })().finally(() => isDone.resolve(undefined));
    // While the gate is closed it waits for the run, and the run must not wait for it.
    return isClosed(bench) ? undefined : isDone.promise;
  };
  await rebuilder.rebuild(higher());
  bench.server.fault = () => undefined;
  if (!writing) return false;
  await writing;
  const moment = `written before request ${step}`;
  const expected = new Map([['d0', 'newer'], ['d2', 'none'], ['d3', 'old'], ['d4', 'old'], ['d5', 'old'], ['fresh', 'new']]);
  await expectSeen([reader, writer, await bench.open()], expected, moment);
  expect(await Promise.all([put(reader, 'd0', 'late', 2), put(reader, 'd1', 'late', 1), put(reader, 'd3', 'late', 2)]), moment).toEqual([false, false, false]);
  return true;
}
