import { ReviewState } from '@switchyard/queue';
import { z } from 'zod';
import { listLimit } from '../problem/list-limit.js';
import { parseInput } from '../problem/parse-input.js';

/** As many as one call lists. */
export const MOST_REVIEWS = 1_000;

const ReviewId = z.string().regex(/^[0-9a-f]{24}$/, 'is not the id of a review');
const ListQuery = z.object({ limit: listLimit(MOST_REVIEWS), state: ReviewState.default('pending') });

/** Strict: a misspelt `answer` would approve the words that were to be changed. */
export const Approval = z.strictObject({ answer: z.string().trim().min(1).max(8_000).optional().describe('What is to be given in its place, where a person has changed the words.') });

/** @throws MeshError REQUEST_INVALID */
export const readListQuery = (query: unknown): z.infer<typeof ListQuery> => parseInput(ListQuery, query);

/** @throws MeshError REQUEST_INVALID */
export const readReviewId = (id: string): string => parseInput(ReviewId, id, ['id']);

/** @throws MeshError REQUEST_INVALID */
export const readApproval = (body: unknown): z.infer<typeof Approval> => parseInput(Approval, body);
