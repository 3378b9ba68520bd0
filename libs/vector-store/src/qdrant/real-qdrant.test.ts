import { randomUUID } from 'node:crypto';
import { afterAll, describe } from 'vitest';
import { describeVectorStore } from '../vector-store-conformance.js';
import { findRealQdrant, type RealQdrant } from './__fixtures__/find-real-qdrant.js';
import { SHORT } from './__fixtures__/bench.js';
import { openQdrantStore } from './open-qdrant-store.js';
import { QdrantCalls } from './qdrant-calls.js';

const found = await findRealQdrant();
// A base of its own, also on a server that holds another.
const alias = `switchyard_test_${randomUUID()}`;
const real = (): RealQdrant => {
  if (!found) throw new Error('there is no Qdrant');
  return found;
};

// Skipped where there is no Qdrant image and QDRANT_URL is not set; the report says so.
if (!found) console.warn('skipped: no Qdrant image, and QDRANT_URL is not set');

describe.runIf(found)('on a real server', { timeout: 60_000 }, () => {
  afterAll(async () => {
    const calls = new QdrantCalls(real());
    for (const name of await calls.collections()) if (name.startsWith(alias)) await calls.deleteCollection(name);
    await calls.close();
    await real().close();
  });

  const open = (space: string) => openQdrantStore({ ...real(), alias, space, lease: SHORT });
  describeVectorStore('the Qdrant store', () => open('model@3'), open);
});
