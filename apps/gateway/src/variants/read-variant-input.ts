import { Name } from '@switchyard/site';
import { z } from 'zod';
import { DocumentId } from '../knowledge/document-upload.js';
import { listLimit } from '../problem/list-limit.js';
import { parseInput } from '../problem/parse-input.js';

/** As many as one call lists. */
export const MOST_VARIANTS = 1_000;

const VariantId = z.string().regex(/^[0-9a-f]{24}$/, 'is not the id of a variant');
const ListQuery = z.object({ limit: listLimit(MOST_VARIANTS), documentId: DocumentId.optional() });

const target = {
  documentId: DocumentId.describe('The document that answers the question.'),
  title: z.string().trim().min(1).max(2_000).optional().describe('The title of the passages there that answer it, or its end: the last headings, or the question of a pair. May be absent where the document has one title only.'),
};

/** Strict: a misspelt `title` would lead elsewhere. */
export const NewVariant = z.strictObject({ question: z.string().trim().min(1).max(2_000).describe('As a customer asked it. Personal data that is found in it is left out.'), ...target });
export const ReviewTarget = z.strictObject({ ...target, collection: Name.optional().describe('The tenant\'s own where it is absent.') });

/** @throws MeshError REQUEST_INVALID */
export const readVariant = (body: unknown): z.infer<typeof NewVariant> => parseInput(NewVariant, body);

/** @throws MeshError REQUEST_INVALID */
export const readReviewTarget = (body: unknown): z.infer<typeof ReviewTarget> => parseInput(ReviewTarget, body);

/** @throws MeshError REQUEST_INVALID */
export const readVariantList = (query: unknown): z.infer<typeof ListQuery> => parseInput(ListQuery, query);

/** @throws MeshError REQUEST_INVALID */
export const readVariantId = (id: string): string => parseInput(VariantId, id, ['id']);
