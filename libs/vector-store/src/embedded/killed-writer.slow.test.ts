import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { killWriter } from '../__fixtures__/kill-writer.js';

it.each(['one', 'two', 'three'])('loses no acknowledged document in thirty kills at moments that the seed "%s" decides', { timeout: 900_000 }, async (seed) => {
  const folder = await mkdtemp(join(tmpdir(), 'killed-writer-'));
  await expect(killWriter(join(folder, 'store.db'), 30, seed)).resolves.toBeUndefined();
  await rm(folder, { recursive: true, force: true });
});
