import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { MeshError } from '@switchyard/errors';

/** A file of a site may be this large; a larger one is refused rather than read into memory. */
const MAX_SITE_FILE_BYTES = 32 * 1024 * 1024;

/**
 * Every file below a site's folder: relative path with `/` -> bytes. Hidden files are left out. Links are followed, since
 * a folder that Kubernetes mounts from a ConfigMap consists of them, but not out of the folder.
 * @throws MeshError SITE_INVALID where the folder cannot be read, a file is too large, or a link leads elsewhere
 */
export async function readSiteFolder(directory: string): Promise<Map<string, Uint8Array>> {
  let root: string;
  try {
    root = await realpath(directory);
    await readdir(root);
  } catch (error) {
    throw new MeshError('SITE_INVALID', `the folder ${directory} cannot be read`, { cause: error, field: 'SITE_DIR' });
  }
  const names = await namesBelow([root], '');
  const files = new Map<string, Uint8Array>();
  for (const name of names.toSorted()) {
    const content = await readFile(join(root, name));
    if (content.byteLength > MAX_SITE_FILE_BYTES) throw new MeshError('SITE_INVALID', `${name} is larger than ${MAX_SITE_FILE_BYTES} bytes`, { field: name });
    files.set(name, content);
  }
  return files;
}

/** @param way real paths of the folders that led here, the site's first @param prefix name of the last in the site, with a `/` at the end */
async function namesBelow(way: readonly string[], prefix: string): Promise<string[]> {
  const folder = way.at(-1) ?? '';
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const name = `${prefix}${entry.name}`;
    const path = join(folder, entry.name);
    const real = entry.isSymbolicLink() ? await targetOf(path, name, way) : path;
    const kind = entry.isSymbolicLink() ? await stat(real) : entry;
    if (kind.isDirectory()) names.push(...(await namesBelow([...way, real], `${name}/`)));
    else if (kind.isFile()) names.push(name);
  }
  return names;
}

async function targetOf(link: string, name: string, way: readonly string[]): Promise<string> {
  const real = await realpath(link).catch((error: unknown) => {
    throw new MeshError('SITE_INVALID', `${name} is a link that leads nowhere`, { cause: error, field: name });
  });
  if (way.includes(real)) throw new MeshError('SITE_INVALID', `${name} is a link that leads in a circle`, { field: name });
  if (!real.startsWith(`${way[0]}${sep}`)) throw new MeshError('SITE_INVALID', `${name} is a link that leads out of the site's folder`, { field: name });
  return real;
}
