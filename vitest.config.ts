import { defineConfig } from 'vitest/config';

const conditions = ['@switchyard/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['{apps,libs}/*/src/**/*.test.ts', 'deploy/local/*/src/**/*.test.ts', 'test/compat/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 30_000 } },
      // The whole mesh as processes: one file at a time, since each brings up its own.
      { extends: true, test: { name: 'flow', include: ['test/flow/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 180_000, fileParallelism: false } },
      // Kills and load: minutes, so it has a script of its own (`npm run test:chaos`).
      { extends: true, test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 180_000, fileParallelism: false } },
    ],
  },
});
