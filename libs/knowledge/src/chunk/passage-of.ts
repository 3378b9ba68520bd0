import type { KnowledgeScope, StoredPassage } from '@switchyard/contracts';
import { extractTerms } from '../terms/extract-terms.js';
import { passageVector } from '../terms/sparse-vector.js';
import { withTitleTerms } from '../terms/title-terms.js';
import type { Chunk } from './chunk-document.js';

export interface PassageOrigin {
  readonly scope: KnowledgeScope;
  readonly documentId: string;
  readonly metadata: StoredPassage['metadata'];
}

/** A chunk as it is stored, its page among its metadata: searched by its title, text and variants. `position` counts from 0 within the document. */
export function passageOf(chunk: Chunk, position: number, { scope, documentId, metadata }: PassageOrigin): StoredPassage {
  return {
    id: `${scope.tenant}/${scope.collection}/${documentId}#${position}`,
    documentId,
    title: chunk.title,
    text: chunk.text,
    language: chunk.language,
    position,
    metadata: chunk.page === undefined ? metadata : { page: chunk.page, ...metadata },
    sparse: withTitleTerms(passageVector(extractTerms([chunk.title, chunk.text, ...chunk.variants].join('\n'))), chunk.title),
  };
}
