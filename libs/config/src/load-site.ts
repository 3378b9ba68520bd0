import { KeptValues, type YamlValues } from './kept-values.js';
import { readSiteFolder } from './read-site-folder.js';

/** Parses a site; takes what `values` holds of its YAML files instead of reading them, and adds what it had to read. */
export type ParseSite<Site> = (files: ReadonlyMap<string, Uint8Array>, values: YamlValues) => Site;

/**
 * The site in a folder. What its YAML files hold is kept in `DATA_DIR` for the next start; every start checks it by the
 * schemas and rules of a site all the same.
 * @throws MeshError SITE_INVALID
 */
export async function loadSite<Site>({ SITE_DIR, DATA_DIR }: { readonly SITE_DIR: string; readonly DATA_DIR: string }, parse: ParseSite<Site>): Promise<Site> {
  const files = await readSiteFolder(SITE_DIR);
  const kept = new KeptValues(DATA_DIR, files);
  const values = await kept.read();
  if (values) return parse(files, values);
  const read: YamlValues = new Map();
  const site = parse(files, read);
  await kept.write(read);
  return site;
}
