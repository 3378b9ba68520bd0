import type { KnowledgeScope, SparseVector, StoredPassage } from '@switchyard/contracts';
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
    ...(chunk.variants.length > 0 ? { variants: chunk.variants } : {}),
    sparse: termsOfPassage(chunk),
  };
}

/** Raised with whatever changes the terms of a passage: those that are stored can then be made anew. */
export const TERMS_VERSION = 1;

/** What a passage is found by. */
export function termsOfPassage({ title, text, variants = [] }: Pick<StoredPassage, 'title' | 'text' | 'variants'>): SparseVector {
  return withTitleTerms(passageVector(extractTerms([title, text, ...variants].join('\n'))), title);
}

/** What an embedding model is given of a passage. */
export const textToEmbed = ({ title, text }: Pick<StoredPassage, 'title' | 'text'>): string => `${title}\n${text}`;
