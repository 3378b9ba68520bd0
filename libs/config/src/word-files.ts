import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSiteFolder } from './read-site-folder.js';

const FOLDER = 'words';

/**
 * What tells one state of a site's word lists from another without reading them: names, sizes, times of change. Empty
 * where there is no such folder, or nothing in it.
 */
export async function stampOfWordFiles(siteDirectory: string): Promise<string> {
  const folder = join(siteDirectory, FOLDER);
  const names = await readdir(folder).catch(() => []);
  const stamps = await Promise.all(
    names.filter((name) => !name.startsWith('.')).toSorted().map(async (name) => {
      const one = await stat(join(folder, name)).catch(() => undefined);
      return `${name}:${one?.size}:${one?.mtimeMs}:${one?.ino}`;
    }),
  );
  return stamps.join('\n');
}

/** The files below `words/` of a site: path in the site -> bytes. @throws MeshError SITE_INVALID */
export async function readWordFiles(siteDirectory: string): Promise<Map<string, Uint8Array>> {
  const files = await readSiteFolder(join(siteDirectory, FOLDER));
  return new Map([...files].map(([path, content]) => [`${FOLDER}/${path}`, content]));
}
