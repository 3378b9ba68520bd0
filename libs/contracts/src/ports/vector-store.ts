/** Sparse vector of term weights; `indices` are distinct token ids. */
export interface SparseVector {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

/** Whose documents, and which set of them. Every operation takes one: there is no query without a tenant. */
export interface KnowledgeScope {
  readonly tenant: string;
  readonly collection: string;
}

/** What made the dense vectors of a collection: vectors of two models are not comparable, so a collection has one. */
export interface KnowledgeSpace {
  /** `Embedder.fingerprint` of the model. */
  readonly fingerprint: string;
  readonly dimension: number;
}

export interface StoredPassage {
  /** Stable: derived from scope, document and position. */
  readonly id: string;
  readonly documentId: string;
  /** Document title and headings above the passage. */
  readonly title: string;
  readonly text: string;
  readonly language: string;
  readonly position: number;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
  /** Other ways to ask what the passage answers: searched and never shown. Kept so that its terms can be made anew. */
  readonly variants?: readonly string[];
  /** BM25 term-frequency parts; the store applies the inverse document frequency. */
  readonly sparse: SparseVector;
  readonly dense?: Float32Array;
}

export interface StoredDocument {
  readonly documentId: string;
  readonly title: string;
  /** Hash of the content that the passages were made from. */
  readonly contentHash: string;
  /** Who keeps the document up to date: `site` for the files of the site; absent for what came through the API. */
  readonly origin?: string;
  readonly passages: number;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** Documents that a page holds at most. */
export const MOST_DOCUMENTS = 1_000;

export interface DocumentPage {
  readonly documents: readonly StoredDocument[];
  /** Absent on the last page. */
  readonly next?: string;
}

export type FilterValue = string | number | boolean;
/** By `language`, `documentId` or a key of the metadata: a value, or several of which any will do; never an empty list. */
export type KnowledgeFilter = Readonly<Record<string, FilterValue | readonly FilterValue[]>>;

export interface KnowledgeQuery {
  readonly sparse: SparseVector;
  readonly dense?: Float32Array;
  readonly limit: number;
  /** All of it must hold. */
  readonly filter?: KnowledgeFilter;
  /**
   * Instant, ISO 8601. Passages whose `metadata.validFrom` lies after it or whose `metadata.validTo` lies before it are
   * left out. Both are ISO dates or instants; a date as `validTo` includes that day to its end, in UTC; absent is always.
   */
  readonly validAt?: string;
}

export interface KnowledgeHit {
  readonly passage: StoredPassage;
  /** Fused score, higher is better; comparable within one query only. */
  readonly score: number;
  /** BM25 score of the passage for this query; 0 where only the dense vector found it. */
  readonly lexical: number;
}

/** `superseded`: a later order for the document was carried out. */
export type KeepResult = 'kept' | 'superseded' | 'changed';

/**
 * Where passages live. `replaceDocument` is atomic: a reader sees all of the old passages or all of the new; it throws
 * DOCUMENT_INVALID for a `validFrom` or `validTo` that is no date, and MODEL_MISMATCH for vectors that do not fit those
 * of the collection. `query` throws REQUEST_INVALID for an empty list in
 * its filter and for a `validAt` that is no instant.
 *
 * Changes may have an `order`, a number: of several to one document the one with the highest stands, however late the
 * others come, whichever instance makes them. One that comes too late changes nothing, and is told `false`.
 */
export interface VectorStore {
  replaceDocument(scope: KnowledgeScope, document: Omit<StoredDocument, 'passages' | 'updatedAt'>, passages: readonly StoredPassage[], order?: number): Promise<boolean>;
  /** @returns whether there was such a document, and the change was not too late */
  deleteDocument(scope: KnowledgeScope, documentId: string, order?: number): Promise<boolean>;
  /**
   * Leaves the document as it is, as the change with this order. `changed`: nothing was done, since its content is not
   * (any more) that of `contentHash`, where one is given.
   */
  keepDocument(scope: KnowledgeScope, documentId: string, order: number, contentHash?: string): Promise<KeepResult>;
  document(scope: KnowledgeScope, documentId: string): Promise<StoredDocument | undefined>;
  /**
   * A page of the documents, in an order of the store's own that never changes: what is there from the first page to the
   * last is given exactly once, whatever comes and goes meanwhile.
   * @param limit 1 to `MOST_DOCUMENTS`; less may come while there is more
   * @param after `next` of the page before
   * @throws MeshError REQUEST_INVALID for an `after` that the store did not give
   */
  documents(scope: KnowledgeScope, limit: number, after?: string): Promise<DocumentPage>;
  query(scope: KnowledgeScope, query: KnowledgeQuery): Promise<KnowledgeHit[]>;
  /** Passages stored in the scope, and in how many of them each of the given tokens occurs: for idf-aware scoring outside. */
  statistics(scope: KnowledgeScope, indices: readonly number[]): Promise<{ passages: number; frequencies: number[] }>;
  /** The model whose vectors the collection holds: the first that were written say it. Absent where there are none. */
  space(scope: KnowledgeScope): Promise<KnowledgeSpace | undefined>;
  /** Takes all dense vectors out of the collection, so that those of another model can be written. The words stay. */
  forgetVectors(scope: KnowledgeScope): Promise<void>;
  close(): Promise<void>;
}
