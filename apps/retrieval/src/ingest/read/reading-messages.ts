import type { KnowledgeScope, StoredPassage } from '@switchyard/contracts';
import type { ErrorCode } from '@switchyard/errors';

/** What a reading thread is told to read. */
export interface ReadingOrder {
  readonly scope: KnowledgeScope;
  readonly documentId: string;
  /** Names the document in errors; its ending says how it is read. */
  readonly fileName: string;
  readonly content: Uint8Array;
  readonly title?: string | undefined;
  readonly metadata: StoredPassage['metadata'];
}

/** What it says: passages in their order, in several messages, then one of the other two. */
export type ReadingAnswer =
  | { readonly kind: 'passages'; readonly passages: readonly StoredPassage[] }
  | { readonly kind: 'done'; readonly title: string; readonly passages: readonly StoredPassage[] }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly detail: string; readonly field: string | undefined };
