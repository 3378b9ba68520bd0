import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { StoredDocument } from '@switchyard/contracts';
import { Chance } from '@switchyard/testing';
import { eachDocument } from '../each-document.js';
import { openEmbeddedStore } from '../embedded/open-embedded-store.js';
import { ask } from '../vector-store-conformance.js';

const scope = { tenant: 'demo', collection: 'site' };
const PASSAGES = 100;

/**
 * Kills a writer (SIGKILL) again and again on one file, each time at a moment that `seed` decides: some milliseconds
 * after some document, or when a snapshot is begun. Expects after each that all that was acknowledged is there and
 * found, and that no document is there in part.
 */
export async function killWriter(file: string, rounds: number, seed: string): Promise<void> {
  const chance = new Chance(seed);
  const index = `${file}.index`;
  await mkdir(index, { recursive: true });
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const wanted = 1 + chance.below(30);
    const first = round * 100_000;
    const child = fork(new URL('./endless-writer.mjs', import.meta.url), [file, new URL('../../../../', import.meta.url).pathname, String(first), '10'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let acked = 0;
    const enough = Promise.withResolvers<void>();
    child.on('message', (message) => {
      acknowledged.add(JSON.stringify(message).slice(1, -1));
      acked += 1;
      if (acked === wanted) enough.resolve();
    });
    child.once('exit', (code) => enough.reject(new Error(`the writer ended with ${code}`)));
    await enough.promise;
    if (round % 2 === 1) await snapshotBegun(index);
    else await setTimeout(chance.below(40));
    child.kill('SIGKILL');
    await once(child, 'exit');
    // What was acknowledged before the kill may still be on its way.
    await expectWhole(file, acknowledged, `seed ${seed}, round ${round}`);
  }
  expect(existsSync(index)).toBe(true);
}

async function snapshotBegun(folder: string): Promise<void> {
  const watcher = watch(folder);
  for await (const [, name] of toPairs(watcher)) if (String(name).endsWith('.tmp')) break;
  watcher.close();
}

async function* toPairs(watcher: ReturnType<typeof watch>): AsyncGenerator<[string, string | null]> {
  for (;;) yield (await once(watcher, 'change')) as [string, string | null];
}

async function expectWhole(file: string, acknowledged: ReadonlySet<string>, moment: string): Promise<void> {
  const store = openEmbeddedStore({ file });
  try {
    const kept: StoredDocument[] = [];
    for await (const document of eachDocument(store, scope)) kept.push(document);
    const missing = [...acknowledged].filter((documentId) => kept.every((one) => one.documentId !== documentId));
    expect(missing, moment).toEqual([]);
    expect(kept.every(({ passages }) => passages === PASSAGES), moment).toBe(true);
    // The index, from its snapshot or not, holds exactly what the file holds.
    expect(await store.statistics(scope, [1]), moment).toEqual({ passages: kept.length * PASSAGES, frequencies: [kept.length * PASSAGES] });
    for (const { documentId } of kept.slice(-5)) {
      const number = Number(documentId.slice('document-'.length));
      const hits = await store.query(scope, { sparse: ask(number + 2), dense: new Float32Array([number, 7, 1]), limit: PASSAGES, filter: { documentId } });
      expect(hits.map(({ passage }) => passage.documentId), moment).toEqual(Array.from({ length: PASSAGES }, () => documentId));
    }
  } finally {
    await store.close();
  }
}
