// Rebuilds the store of a file, slowly, until somebody kills it. Arguments: file, root of the repository.
// The sources are TypeScript, so they are loaded as the tests load them: through Vite.
import { setTimeout } from 'node:timers/promises';
import { runnerImport } from 'vite';

const [file, root] = process.argv.slice(2);
const { module } = await runnerImport(new URL('../embedded/open-embedded-store.ts', import.meta.url).pathname, {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['@switchyard/source', 'module', 'node', 'development|production'] },
});
const store = module.openEmbeddedStore({ file, lease: { beatMs: 50, leaseMs: 1_000 } });
await store.rebuild({
  recipe: 'higher',
  signal: new AbortController().signal,
  remake: async (_scope, passages) => {
    process.send?.('remade');
    await setTimeout(300);
    return passages.map(({ sparse: { indices, values } }) => ({ sparse: { indices: indices.map((id) => (id < 1_000 ? id + 1_000 : id)), values } }));
  },
});
