import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { killWriter } from '../__fixtures__/kill-writer.js';

it('loses no acknowledged document, and keeps no half of one, when the process is killed while it writes documents or a snapshot', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'killed-writer-'));
  await expect(killWriter(join(folder, 'store.db'), 4, 'killed')).resolves.toBeUndefined();
  await rm(folder, { recursive: true, force: true });
});
