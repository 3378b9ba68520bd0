import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSiteFolder } from './read-site-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-site-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('reads files by their paths, in order, and leaves hidden ones out', async () => {
  await mkdir(join(folder, 'words', '.git'), { recursive: true });
  await writeFile(join(folder, 'words', 'b.txt'), 'b');
  await writeFile(join(folder, 'site.yaml'), 'a');
  await writeFile(join(folder, 'words', '.git', 'c.txt'), 'c');
  expect([...(await readSiteFolder(folder)).keys()]).toEqual(['site.yaml', 'words/b.txt']);
});

it('reads a folder as Kubernetes mounts it from a ConfigMap, where every name is a link', async () => {
  await mkdir(join(folder, '..2026_11_27', 'words'), { recursive: true });
  await writeFile(join(folder, '..2026_11_27', 'site.yaml'), 'name: s');
  await writeFile(join(folder, '..2026_11_27', 'words', 'b.txt'), 'b');
  await symlink('..2026_11_27', join(folder, '..data'));
  await symlink('..data/site.yaml', join(folder, 'site.yaml'));
  await symlink('..data/words', join(folder, 'words'));
  const files = await readSiteFolder(folder);
  expect([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([['site.yaml', 'name: s'], ['words/b.txt', 'b']]);
});

it.each([
  ['out of the folder', tmpdir(), "leads out of the site's folder"],
  ['nowhere', 'gone.txt', 'leads nowhere'],
  ['to the folder above', '..', 'leads in a circle'],
  ['to its own folder', '.', 'leads in a circle'],
])('refuses a link that leads %s, and names it', async (_title, target, reason) => {
  await mkdir(join(folder, 'words'));
  await symlink(target, join(folder, 'words', 'link'));
  await expect(readSiteFolder(folder)).rejects.toMatchObject({ code: 'SITE_INVALID', field: 'words/link', message: expect.stringContaining(reason) });
});

it('refuses links that lead to each other', async () => {
  await mkdir(join(folder, 'a'));
  await mkdir(join(folder, 'b'));
  await symlink('../b', join(folder, 'a', 'link'));
  await symlink('../a', join(folder, 'b', 'link'));
  await expect(readSiteFolder(folder)).rejects.toMatchObject({ code: 'SITE_INVALID', message: expect.stringContaining('leads in a circle') });
});

it('says which folder cannot be read', async () => {
  await expect(readSiteFolder(join(folder, 'gone'))).rejects.toMatchObject({ code: 'SITE_INVALID', field: 'SITE_DIR' });
});
