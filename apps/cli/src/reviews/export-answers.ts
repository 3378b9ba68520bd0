import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { checkSiteFlows } from '@switchyard/dialogue';
import { MeshError } from '@switchyard/errors';
import { describeProblem, parseSite, requireSite, type CuratedAnswer } from '@switchyard/site';
import type { Review } from './review.js';

const FOLDER = 'answers';
const FILE = 'reviewed.yaml';
export const REVIEWED_PATH = `${FOLDER}/${FILE}`;

const EMPTY = `# Answers of the expert that were approved, written by "yard reviews export". A text that was approved in one language stands
# in both: translate the other. With more questions an answer is found in more words; what is changed here stays as it is.
answers: []
`;

const answerIdOf = ({ id }: Pick<Review, 'id'>): string => `reviewed.${id}`;

/** The site's answer that a review becomes. */
function answerOf(review: Review): CuratedAnswer {
  const { question, answer, language } = review;
  return { id: answerIdOf(review), questions: { zh: [], en: [], [language]: [question] }, answer: { zh: answer, en: answer } };
}

/**
 * Adds approved answers to a site, in `answers/reviewed.yaml`. Those that the site holds stay as they are, also where their
 * review is gone. The site must be sound with them, or nothing is written.
 * @param files of the site, as they stand
 * @returns ids of the answers that were added
 * @throws MeshError SITE_INVALID with every problem
 */
export async function exportAnswers(directory: string, files: ReadonlyMap<string, Uint8Array>, reviews: readonly Review[]): Promise<string[]> {
  const known = new Set(requireSite(files).answers.map(({ id }) => id));
  const added = reviews.filter((review) => !known.has(answerIdOf(review))).map(answerOf);
  if (added.length === 0) return [];
  const before = files.get(REVIEWED_PATH);
  const document = parseDocument(before === undefined ? EMPTY : new TextDecoder().decode(before));
  for (const answer of added) document.addIn(['answers'], document.createNode(answer));
  const list: unknown = document.get('answers');
  if (typeof list === 'object' && list !== null && 'flow' in list) list.flow = false;
  const content = document.toString({ lineWidth: 0 });
  const { site, problems } = parseSite(new Map([...files, [REVIEWED_PATH, new TextEncoder().encode(content)]]));
  const found = site ? checkSiteFlows(site) : problems;
  if (found.length > 0) throw new MeshError('SITE_INVALID', found.map(describeProblem).join('; '), { field: REVIEWED_PATH });
  await mkdir(join(directory, FOLDER), { recursive: true });
  // Whole or not at all.
  const draft = join(directory, FOLDER, `.${FILE}.new`);
  await writeFile(draft, content);
  await rename(draft, join(directory, REVIEWED_PATH));
  return added.map(({ id }) => id);
}
