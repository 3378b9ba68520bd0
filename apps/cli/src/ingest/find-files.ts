import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { MeshError } from '@switchyard/errors';

export interface Found {
  readonly path: string;
  /** The document's id: the file's path below the folder that was named, with that folder's name. */
  readonly id: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * The files below the given paths, those of one folder with its name in front, in the order of their ids.
 * @throws MeshError DOCUMENT_INVALID for a path that does not exist
 */
export async function findFiles(paths: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const path of paths) {
    const entry = await stat(path).catch(() => {
      throw new MeshError('DOCUMENT_INVALID', `${path} does not exist`, { field: path });
    });
    if (!entry.isDirectory()) {
      found.push({ path, id: basename(path), size: entry.size, modifiedMs: entry.mtimeMs });
      continue;
    }
    for (const file of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || file.name.startsWith('.')) continue;
      const full = join(file.parentPath, file.name);
      const { size, mtimeMs } = await stat(full);
      found.push({ path: full, id: idBelow(path, join(relative(path, dirname(full)), file.name)), size, modifiedMs: mtimeMs });
    }
  }
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** `join` of the folder's own name, also where it was given as ".". */
const idBelow = (folder: string, file: string): string => `${folderName(folder)}/${file.split(sep).join('/')}`;

/** What the ids of a folder's documents start with. */
export const folderName = (folder: string): string => basename(join(process.cwd(), relative(process.cwd(), folder)));
