import { resolve } from 'node:path';
import { readSiteFolder } from '@switchyard/config';
import { requireSite, type Site } from '@switchyard/site';
import { readRunState } from '../up/run-state.js';

/** The folder that is named; where none is, of the mesh that runs with the data folder, else `SITE_DIR`, else the sample. */
export const siteDirectoryOf = (directory: string | undefined, dataDirectory: string): string => directory ?? readRunState(dataDirectory)?.siteDirectory ?? process.env['SITE_DIR'] ?? 'deploy/sites/shop';

/**
 * The site in a folder, as `siteDirectoryOf` finds it.
 * @throws MeshError SITE_INVALID with the file, line and reason of every problem; CONFIG_INVALID where there is no such folder
 */
export async function readSite(directory: string | undefined, dataDirectory: string): Promise<Site> {
  return requireSite(await readSiteFolder(resolve(siteDirectoryOf(directory, dataDirectory))));
}
