import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, passage } from '../../vector-store-conformance.js';
import { openEmbeddedStore } from '../open-embedded-store.js';

const scope = { tenant: 'demo', collection: 'site' };
const LEASE = { beatMs: 50, leaseMs: 1_000 };
const DOCUMENTS = 100;

it('a rebuild whose process is killed is taken up by the next, where it was; what is written meanwhile is right', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'killed-rebuild-'));
  const file = join(folder, 'knowledge.db');
  const store = openEmbeddedStore({ file, lease: LEASE });
  const put = (documentId: string, text: string): Promise<boolean> => store.replaceDocument(scope, { documentId, title: documentId, contentHash: text }, [0, 1].map((at) => passage(documentId, at, { 5: 1, 2_001: 1 }, { text })));
  try {
    for (let at = 0; at < DOCUMENTS; at++) await put(`d${String(at).padStart(3, '0')}`, 'old');
    for (const remade of [20, 50]) {
      const child = fork(new URL('../../__fixtures__/slow-rebuild.mjs', import.meta.url), [file, new URL('../../../../../', import.meta.url).pathname], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const enough = Promise.withResolvers<void>();
      let seen = 0;
      child.on('message', () => {
        if (++seen === remade) enough.resolve();
      });
      child.once('exit', (code) => enough.reject(new Error(`the rebuild ended with ${code}`)));
      await enough.promise;
      const refused = store.rebuild({ recipe: 'higher', signal: new AbortController().signal, remake: async (_scope, passages) => passages });
      await expect(refused).rejects.toMatchObject({ code: 'REBUILD_RUNNING' });
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await store.query(scope, { sparse: ask(2_001), limit: 500 })).toHaveLength(DOCUMENTS * 2);
      await put(`d0${remade}`, `new ${remade}`);
    }
    let calls = 0;
    const { documents } = await store.rebuild({
      recipe: 'higher',
      signal: new AbortController().signal,
      remake: async (_scope, passages) => {
        calls += 1;
        return passages.map(({ sparse: { indices, values } }) => ({ sparse: { indices: indices.map((id) => (id < 1_000 ? id + 1_000 : id)), values } }));
      },
    });
    // Some were done by those that were killed.
    expect(documents).toBeLessThan(DOCUMENTS);
    expect(calls).toBe(documents);
    const left = await store.query(scope, { sparse: ask(5), limit: 500 });
    // Only what was written behind the run, by somebody with terms of the release before.
    expect(left.every(({ passage: { text } }) => text !== 'old')).toBe(true);
    expect(await store.query(scope, { sparse: ask(1_005), limit: 500 })).toHaveLength(DOCUMENTS * 2 - left.length);
    for (const remade of [20, 50]) expect((await store.query(scope, { sparse: ask(2_001), limit: 5, filter: { documentId: `d0${remade}` } })).map((hit) => hit.passage.text)).toEqual([`new ${remade}`, `new ${remade}`]);
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}, 60_000);
