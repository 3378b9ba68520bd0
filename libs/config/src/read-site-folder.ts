import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MeshError } from '@switchyard/errors';

/** A file of a site may be this large; a larger one is refused rather than read into memory. */
const MAX_SITE_FILE_BYTES = 32 * 1024 * 1024;

/**
 * Every file below a site's folder: relative path with `/` -> bytes. Hidden files are left out.
 * @throws MeshError SITE_INVALID where the folder cannot be read or a file is too large.
 */
export async function readSiteFolder(directory: string): Promise<Map<string, Uint8Array>> {
  let entries;
  try {
    entries = await readdir(directory, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new MeshError('SITE_INVALID', `the folder ${directory} cannot be read`, { cause: error, field: 'SITE_DIR' });
  }
  const files = new Map<string, Uint8Array>();
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const path of paths) {
    const name = relative(directory, path).split(sep).join('/');
    if (name.split('/').some((part) => part.startsWith('.'))) continue;
    const content = await readFile(path);
    if (content.byteLength > MAX_SITE_FILE_BYTES) throw new MeshError('SITE_INVALID', `${name} is larger than ${MAX_SITE_FILE_BYTES} bytes`, { field: name });
    files.set(name, content);
  }
  return files;
}
