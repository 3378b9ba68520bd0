// Writes documents for ever and tells its parent of each that was acknowledged; it is killed in the middle.
// The sources are TypeScript, so they are loaded as the tests load them: through Vite.
import { runnerImport } from 'vite';

const [file, root] = process.argv.slice(2);
const { module } = await runnerImport(new URL('../embedded/open-embedded-store.ts', import.meta.url).pathname, {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['@switchyard/source', 'module', 'node', 'development|production'] },
});
const store = module.openEmbeddedStore({ file });
for (let number = 0; ; number++) {
  const documentId = `document-${String(number).padStart(6, '0')}`;
  const passages = Array.from({ length: 100 }, (_, position) => ({
    id: `${documentId}#${position}`, documentId, title: documentId, text: 'text '.repeat(50), language: 'en', position, metadata: {}, sparse: { indices: [1, number + 2], values: [1, 1] },
  }));
  await store.replaceDocument({ tenant: 'demo', collection: 'site' }, { documentId, title: documentId, contentHash: 'h' }, passages);
  process.send(documentId);
}
