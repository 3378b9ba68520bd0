import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key file with one random key, for `SEAL_KEY_FILE`, and what removes it. */
export async function writeSealKeyFile(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-keys-'));
  const path = join(folder, 'keys');
  await writeFile(path, `test:${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
