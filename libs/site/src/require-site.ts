import { MeshError } from '@switchyard/errors';
import { parseSite } from './parse/parse-site.js';
import type { Site, SiteProblem } from './site.js';

export function describeProblem(problem: SiteProblem): string {
  return `${problem.file}${problem.line > 0 ? `:${problem.line}` : ''}: ${problem.reason}`;
}

/**
 * The site of these files; `values` as in `parseSite`.
 * @throws MeshError SITE_INVALID with the file, line and reason of every problem
 */
export function requireSite(files: ReadonlyMap<string, Uint8Array>, values?: Map<string, unknown>): Site {
  const result = parseSite(files, values);
  if (result.site) return result.site;
  throw new MeshError('SITE_INVALID', result.problems.map(describeProblem).join('; '), { field: result.problems[0]?.file ?? 'site.yaml' });
}
