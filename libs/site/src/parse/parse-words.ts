import { MeshError } from '@switchyard/errors';
import { describeProblem } from '../require-site.js';
import type { SiteProblem, WordList } from '../site.js';
import { wordListInSteps } from './parse-word-list.js';

/** A list of another format has a problem in each of its lines; a line of the log need not hold them all. */
const MOST_TOLD = 10;

function describe(problems: readonly SiteProblem[]): string {
  const rest = problems.length - MOST_TOLD;
  return `${problems.slice(0, MOST_TOLD).map(describeProblem).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/**
 * The word lists of a site alone, in small steps, for a tier that takes changed lists while it is at work. As strict as
 * the reading of a whole site; no list at all is a problem as well, since that is what a folder looks like that is
 * not mounted.
 * @param files relative path in the site -> bytes; those below `words/` count
 * @throws MeshError SITE_INVALID with the file, line and reason of every problem
 */
export function* wordListsInSteps(files: ReadonlyMap<string, Uint8Array>): Generator<void, WordList[]> {
  const problems: SiteProblem[] = [];
  const lists: WordList[] = [];
  for (const path of [...files.keys()].filter((one) => one.startsWith('words/')).toSorted()) {
    if (!path.endsWith('.txt')) {
      if (!/^words\/(README|LICENSE)/i.test(path)) problems.push({ file: path, line: 0, reason: 'is not a word list (words/*.txt)' });
      continue;
    }
    const list = yield* wordListInSteps(path, files.get(path) ?? new Uint8Array(), problems);
    if (list) lists.push(list);
  }
  if (lists.length === 0 && problems.length === 0) problems.push({ file: 'words', line: 0, reason: 'holds no list' });
  if (problems.length > 0) throw new MeshError('SITE_INVALID', describe(problems), { field: problems[0]?.file ?? 'words' });
  return lists;
}
