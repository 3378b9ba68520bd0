import { z } from 'zod';
import { defineJob } from '../define-job.js';

/** Gateway -> retrieval: put one document into a collection, or take it out. Answered with what came of it. */
export const IngestJob = defineJob({
  kind: 'ingest',
  queue: 'ingest',
  attempts: 3,
  style: 'call',
  body: z.looseObject({
    collection: z.string(),
    documentId: z.string(),
    operation: z.enum(['put', 'delete']),
    /** Number of the order in the ledger of documents (since 0.2): of two for one document the higher counts. */
    sequence: z.int().optional(),
  }),
  private: z.looseObject({
    title: z.string().optional(),
    /** The file's name; its ending says how the content is read. */
    fileName: z.string().optional(),
    /** Where the file's bytes lie, in pieces (since 0.2). */
    file: z.string().optional(),
    /** The file's bytes in base64, or `text`. */
    content: z.string().optional(),
    text: z.string().optional(),
    url: z.string().optional(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  }),
});
export const IngestResult = z.looseObject({ documentId: z.string(), passages: z.int(), state: z.enum(['indexed', 'unchanged', 'deleted', 'superseded']) });
export type IngestResult = z.infer<typeof IngestResult>;

/** What becomes of a document. */
export const DocumentState = z.enum(['waiting', 'indexing', 'ready', 'failed']);
export type DocumentState = z.infer<typeof DocumentState>;

/** Gateway -> retrieval: the documents of a collection. */
export const ListDocumentsJob = defineJob({
  kind: 'list-documents',
  queue: 'retrieval',
  attempts: 2,
  style: 'call',
  body: z.looseObject({
    collection: z.string(),
    limit: z.int().min(1).max(1_000),
    /** Only this document (since 0.2). */
    documentId: z.string().optional(),
    /** Only those in this state (since 0.2). */
    state: DocumentState.optional(),
    /** `next` of the page before (since 0.2). */
    cursor: z.string().optional(),
  }),
  private: z.looseObject({}),
});
export const DocumentStatus = z.looseObject({
  documentId: z.string(),
  title: z.string(),
  /** Passages that can be found now, of an earlier version where the state is not `ready`. */
  passages: z.int(),
  updatedAt: z.string(),
  state: DocumentState.optional().describe('`ready`: it can be found. A document that waits, is indexed or failed may be found by its earlier version, where it has passages.'),
  error: z.looseObject({ code: z.string(), reason: z.string() }).optional().describe('Why it failed, or why it is tried again.'),
});
export const ListDocumentsResult = z.looseObject({
  documents: z.array(DocumentStatus),
  next: z.string().optional().describe('`cursor` of the next page; absent on the last one. A page may hold fewer documents than were asked for, or none, and yet not be the last.'),
});
export type DocumentStatus = z.infer<typeof DocumentStatus>;
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

/** Gateway -> retrieval: other wordings of questions, which lead to passages under a title of a document (since 0.2). */
export const VariantsJob = defineJob({
  kind: 'variants',
  queue: 'retrieval',
  attempts: 2,
  style: 'call',
  body: z.looseObject({
    collection: z.string(),
    operation: z.enum(['add', 'list', 'remove']),
    /** To be removed. */
    id: z.string().optional(),
    /** Whose passages it leads to, or only whose are listed. */
    documentId: z.string().optional(),
    limit: z.int().min(1).max(1_000).optional(),
  }),
  private: z.looseObject({
    question: z.string().optional(),
    /** Of the passages, or the end of it: its last headings, or its question. Needed where a document has several. */
    title: z.string().optional(),
  }),
});
export const KnowledgeVariant = z.looseObject({
  id: z.string(),
  documentId: z.string().describe('The document that it leads to.'),
  title: z.string().describe('The title of the passages there that it leads to.'),
  question: z.string().describe('Without the personal data that was found in it.'),
  addedAt: z.string().describe('ISO 8601.'),
  state: z.enum(['ready', 'lost']).describe('`lost`: there is no passage under that title, and it leads nowhere until there is one again.'),
});
export const VariantsResult = z.looseObject({ variants: z.array(KnowledgeVariant) });
export type KnowledgeVariant = z.infer<typeof KnowledgeVariant>;
export type VariantsResult = z.infer<typeof VariantsResult>;
