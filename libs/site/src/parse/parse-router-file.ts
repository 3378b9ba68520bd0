import { RouterFile } from '../schema/router-file.js';
import type { SiteProblem } from '../site.js';
import { decodeText } from './decode-text.js';

/** A site's `router.json`; undefined where it added a problem. One problem is told, since the file is written by a program. */
export function parseRouterFile(file: string, content: Uint8Array, problems: SiteProblem[]): RouterFile | undefined {
  const text = decodeText(file, content, problems);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    problems.push({ file, line: 0, reason: 'is not JSON: write it with `yard train router`' });
    return undefined;
  }
  const { data, error } = RouterFile.safeParse(value);
  const issue = error?.issues[0];
  if (issue) problems.push({ file, line: 0, reason: `${issue.path.length === 0 ? 'the file' : issue.path.join('.')}: ${issue.message}` });
  return data;
}
