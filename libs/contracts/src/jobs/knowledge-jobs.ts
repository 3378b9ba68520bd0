import { z } from 'zod';
import { defineJob } from '../define-job.js';

/** Gateway -> retrieval: put one document into a collection, or take it out. Answered with what came of it. */
export const IngestJob = defineJob({
  kind: 'ingest',
  queue: 'ingest',
  attempts: 3,
  style: 'call',
  body: z.looseObject({ collection: z.string(), documentId: z.string(), operation: z.enum(['put', 'delete']) }),
  private: z.looseObject({
    title: z.string().optional(),
    /** The file's name; its ending says how the content is read. */
    fileName: z.string().optional(),
    /** The file's bytes in base64, or `text`. */
    content: z.string().optional(),
    text: z.string().optional(),
    url: z.string().optional(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  }),
});
export const IngestResult = z.looseObject({ documentId: z.string(), passages: z.int(), state: z.enum(['indexed', 'unchanged', 'deleted']) });
export type IngestResult = z.infer<typeof IngestResult>;

/** Gateway -> retrieval: the documents of a collection. */
export const ListDocumentsJob = defineJob({
  kind: 'list-documents',
  queue: 'retrieval',
  attempts: 2,
  style: 'call',
  body: z.looseObject({ collection: z.string(), limit: z.int().min(1).max(1_000) }),
  private: z.looseObject({}),
});
export const ListDocumentsResult = z.looseObject({
  documents: z.array(z.looseObject({ documentId: z.string(), title: z.string(), passages: z.int(), updatedAt: z.string() })),
});
export type ListDocumentsResult = z.infer<typeof ListDocumentsResult>;

const FilterValue = z.union([z.string(), z.number(), z.boolean()]);

/** Gateway -> retrieval: ranked passages for a query. */
export const SearchJob = defineJob({
  kind: 'search',
  queue: 'retrieval',
  attempts: 2,
  style: 'call',
  body: z.looseObject({ collection: z.string(), limit: z.int().min(1).max(100) }),
  private: z.looseObject({
    query: z.string().min(1).max(2_000),
    filter: z.record(z.string(), z.union([FilterValue, z.array(FilterValue).min(1)])).optional(),
    /** Instant, ISO 8601; absent is now. */
    validAt: z.string().optional(),
  }),
});
export const SearchResult = z.looseObject({
  passages: z.array(z.looseObject({ documentId: z.string(), title: z.string(), text: z.string(), score: z.number(), alsoIn: z.array(z.string()).optional().describe('Documents that say the same.') })),
});
export type SearchResult = z.infer<typeof SearchResult>;
