import { configDefaults, defineConfig } from 'vitest/config';

const slow = '**/*.slow.test.ts';
const conditions = ['@switchyard/source', 'module', 'node', 'development|production'];

// What starts tiers starts their bundles, and never old ones.
const bundles = 'tools/bundle-for-tests.mjs';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    reporters: ['default'],
    projects: [
      // All cores: much of the time goes by waiting for servers that start or are away.
      { extends: true, test: { name: 'unit', maxWorkers: '100%', exclude: [...configDefaults.exclude, slow], include: ['{apps,libs}/*/src/**/*.test.ts', 'deploy/local/*/src/**/*.test.ts', 'test/{compat,engine}/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 30_000 } },
      // Outages as long as real ones, thousands of messages: minutes, so they have a script of their own (`npm run test:slow`).
      { extends: true, test: { name: 'slow', globalSetup: bundles, include: [`{apps,libs}/*/src/${slow}`, `test/{flow,engine}/${slow}`] } },
      // The whole mesh as processes: one file at a time, since each brings up its own.
      { extends: true, test: { name: 'flow', globalSetup: bundles, include: ['test/flow/**/*.test.ts'], exclude: [...configDefaults.exclude, slow], testTimeout: 60_000, hookTimeout: 180_000, fileParallelism: false } },
      // Faults against real processes, a short round of them; `npm run chaos` is the long one.
      { extends: true, test: { name: 'chaos', globalSetup: bundles, include: ['test/chaos/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000 } },
    ],
  },
});
