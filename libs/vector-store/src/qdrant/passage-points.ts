import type { KnowledgeScope, KnowledgeSpace, StoredPassage } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { v5 as uuid } from 'uuid';
import { z } from 'zod';
import { validityOf } from '../validity.js';
import { SPARSE } from './collections.js';
import { END_OF_TIME, NEVER, facetOf, type Snapshot } from './snapshot.js';
import type { Point, StoredPoint } from './wire.js';

/** Of all ids that are made here (a random UUID, chosen once). */
const NAMESPACE = '7d6c1f6e-58f1-4f0b-9a57-2f5f0a6b8c31';

/** The same parts make the same id, whoever makes it and when. */
export const idOf = (...parts: readonly (string | number)[]): string => uuid(JSON.stringify(parts), NAMESPACE);

const Value = z.union([z.string(), z.number(), z.boolean()]);
const Payload = z.object({
  tenant: z.string(),
  collection: z.string(),
  document_id: z.string(),
  passage_id: z.string(),
  title: z.string(),
  text: z.string(),
  language: z.string(),
  position: z.number(),
  metadata: z.record(z.string(), Value),
  variants: z.array(z.string()).optional(),
  since: z.number(),
  until: z.number(),
});
const Vectors = z.object({ [SPARSE]: z.object({ indices: z.array(z.number()), values: z.array(z.number()) }) });

/** What is fetched of a point's payload. */
export const FETCHED: readonly string[] = Object.keys(Payload.shape);

/** Vectors of one model have a name of their own, so that those of another can be added while they are searched. */
export const vectorName = ({ fingerprint, dimension }: KnowledgeSpace): string => `dense-${idOf('space', fingerprint, dimension)}`;

/** A passage as a point that no reader sees before its change is done. `token` names the write that it belongs to. */
export function pointOf({ tenant, collection }: KnowledgeScope, passage: StoredPassage, token: string, space: KnowledgeSpace | undefined): Point {
  const { id, documentId, title, text, language, position, metadata, sparse, dense, variants = [] } = passage;
  const { fromMs, untilMs } = validityOf(metadata);
  return {
    id: idOf(token, position, id),
    vector: {
      [SPARSE]: { indices: sparse.indices, values: sparse.values },
      ...(dense && space ? { [vectorName(space)]: [...dense] } : {}),
    },
    payload: {
      tenant,
      collection,
      document_id: documentId,
      passage_id: id,
      title,
      text,
      language,
      position,
      metadata,
      ...(variants.length > 0 ? { variants } : {}),
      facets: Object.entries(metadata).map(([key, value]) => facetOf(key, value)),
      valid_from: Math.max(fromMs, -END_OF_TIME),
      valid_to: Math.min(untilMs, END_OF_TIME),
      token,
      staged_at: Date.now(),
      since: NEVER,
      until: NEVER,
      until_at: NEVER,
    },
  };
}

/**
 * The passage of a point, as it was stored but for its dense vector.
 * @throws MeshError STORE_ANSWER_INVALID for a point of another scope, of a change that the reader must not see, or in
 * another form: a filter that was not applied must never end in an answer
 */
export function passageOf({ tenant, collection }: KnowledgeScope, { last, open }: Snapshot, point: StoredPoint): StoredPassage {
  const parsed = Payload.safeParse(point.payload);
  const vectors = Vectors.safeParse(point.vector);
  if (!parsed.success || !vectors.success) throw new MeshError('STORE_ANSWER_INVALID', 'Qdrant gave a point in another form than it was stored');
  const { since, until, document_id: documentId, passage_id: id, title, text, language, position, metadata, variants, ...owner } = parsed.data;
  if (owner.tenant !== tenant || owner.collection !== collection) throw new MeshError('STORE_ANSWER_INVALID', 'Qdrant gave a point of another tenant or collection');
  if (since > last || open.includes(since) || (until <= last && !open.includes(until))) throw new MeshError('STORE_ANSWER_INVALID', 'Qdrant gave a point that the filter leaves out');
  return { id, documentId, title, text, language, position, metadata, sparse: vectors.data[SPARSE], ...(variants ? { variants } : {}) };
}
