// Writes documents for ever and tells its parent of each that was acknowledged; it is killed in the middle.
// Arguments: file, root of the repository, number of the first document, milliseconds after which a snapshot is due.
// The sources are TypeScript, so they are loaded as the tests load them: through Vite.
import { setImmediate } from 'node:timers/promises';
import { runnerImport } from 'vite';

const [file, root, first, snapshotAfterMs] = process.argv.slice(2);
const { module } = await runnerImport(new URL('../embedded/open-embedded-store.ts', import.meta.url).pathname, {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['@switchyard/source', 'module', 'node', 'development|production'] },
});
const scope = { tenant: 'demo', collection: 'site' };
const store = module.openEmbeddedStore({ file, snapshotAfterMs: Number(snapshotAfterMs) });
const write = async (number) => {
  const documentId = `document-${String(number).padStart(6, '0')}`;
  const passages = Array.from({ length: 100 }, (_, position) => ({
    id: `${documentId}#${position}`, documentId, title: documentId, text: 'text '.repeat(50), language: 'en', position, metadata: {},
    sparse: { indices: [1, number + 2], values: [1, 1] }, dense: new Float32Array([number, position + 1, 1]),
  }));
  await store.replaceDocument(scope, { documentId, title: documentId, contentHash: 'h' }, passages);
  process.send(documentId);
};
// Three at once, so that transactions hold several.
for (let number = Number(first); ; number += 3) {
  await Promise.all([0, 1, 2].map((more) => write(number + more)));
  await store.query(scope, { sparse: { indices: [1], values: [1] }, limit: 1 });
  // As between requests. On a fast machine all of the above are promises that are settled already: no timer would ever run, and no snapshot be begun.
  await setImmediate();
}
