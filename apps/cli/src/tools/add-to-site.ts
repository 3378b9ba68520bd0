import { rename, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { MeshError } from '@switchyard/errors';
import { checkSiteFlows } from '@switchyard/dialogue';
import { describeProblem, parseSite } from '@switchyard/site';
import type { ImportedTool } from './openapi/import-operations.js';

/** Tools as a file of a site, each apart. */
export function drawTools(tools: readonly ImportedTool[], origin: string): string {
  const heading = `# Imported from ${origin.replaceAll(/\s+/gu, ' ')}. Give descriptions in both languages, and "intents" where the local model may choose a tool.\n`;
  return `${heading}${tools.map((tool) => stringify([tool], { lineWidth: 0 })).join('\n')}`;
}

/** `orders-api.yaml` of "Orders API". */
export const fileNameOf = (title: string): string => `${title.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/gu, '-').replace(/^-+|-+$/gu, '').slice(0, 60) || 'imported'}.yaml`;

/**
 * Adds tools to the file of a site, behind those that stand in it; the site must be sound with them, or nothing is written.
 * @param files of the site, as they stand
 * @returns the file's path in the site
 * @throws MeshError SITE_INVALID with every problem
 */
export async function addToSite(directory: string, files: ReadonlyMap<string, Uint8Array>, fileName: string, tools: readonly ImportedTool[], origin: string): Promise<string> {
  const path = `tools/${fileName}`;
  const before = files.get(path);
  const text = before === undefined ? '' : `${new TextDecoder().decode(before).trimEnd()}\n\n`;
  if (before !== undefined && !Array.isArray(parseDocument(text).toJS())) throw new MeshError('SITE_INVALID', `${path} holds no list of tools to add to`, { field: path });
  const content = `${text}${drawTools(tools, origin)}`;
  const { site, problems } = parseSite(new Map([...files, [path, new TextEncoder().encode(content)]]));
  const found = site ? checkSiteFlows(site) : problems;
  if (found.length > 0) throw new MeshError('SITE_INVALID', found.map(describeProblem).join('; '), { field: path });
  await mkdir(join(directory, 'tools'), { recursive: true });
  const target = join(directory, path);
  // Whole or not at all.
  const draft = join(directory, 'tools', `.${fileName}.new`);
  await writeFile(draft, content);
  await rename(draft, target);
  return path;
}
