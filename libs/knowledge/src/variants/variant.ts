import type { KnowledgeScope, SparseVector, StoredDocument, StoredPassage } from '@switchyard/contracts';
import { findPersonalData } from '@switchyard/guardrail';
import { extractTerms } from '../terms/extract-terms.js';
import { languageOf } from '../terms/language-of.js';
import { passageVector } from '../terms/sparse-vector.js';

/** Another wording of what the passages under one title of a document answer. */
export interface Variant {
  readonly id: string;
  readonly documentId: string;
  /** Of the passages, whole: document, headings, question. */
  readonly title: string;
  readonly question: string;
  /** ISO 8601. */
  readonly addedAt: string;
}

/** A longer one tells a story, and would be found by any part of it. */
export const LONGEST_VARIANT = 300;

const BESIDE = '/variants';

/**
 * Where the variants of a collection lie: beside it, in a collection of a name that no client can give. So they count
 * nowhere among its passages, and stay when a document is indexed again.
 */
export const variantScope = ({ tenant, collection }: KnowledgeScope): KnowledgeScope => ({ tenant, collection: `${collection}${BESIDE}` });
export const isVariantScope = ({ collection }: KnowledgeScope): boolean => collection.endsWith(BESIDE);

/** The question without the personal data that is found in it, which would find nothing and must not be kept. */
export function withoutPersonalData(question: string): string {
  let kept = '';
  let from = 0;
  for (const { start, end } of findPersonalData(question)) {
    kept += `${question.slice(from, start)} `;
    from = end;
  }
  return (kept + question.slice(from)).replace(/\s+/gu, ' ').trim();
}

/** As it is stored: a document of one passage, found by the words of the question alone. */
export function passageOfVariant(scope: KnowledgeScope, { id, documentId, title, question, addedAt }: Variant): StoredPassage {
  return {
    id: `${scope.tenant}/${scope.collection}/variant/${id}`,
    documentId: id,
    title,
    text: question,
    language: languageOf(question),
    position: 0,
    metadata: { of: documentId, addedAt },
    sparse: termsOfVariant(question),
  };
}

/** What the passage of a variant is found by. A change of these terms raises `TERMS_VERSION`. */
export const termsOfVariant = (question: string): SparseVector => passageVector(extractTerms(question));

/** The variant that a passage of the variants is. */
export function variantOf({ documentId: id, title, text: question, metadata: { of, addedAt } }: StoredPassage): Variant {
  return { id, documentId: String(of), title, question, addedAt: String(addedAt) };
}

/** The document of that passage. A list of documents gives their titles only, so all that is known of the variant is in it. */
export const documentOfVariant = (variant: Variant): Pick<StoredDocument, 'documentId' | 'title' | 'contentHash'> => ({ documentId: variant.id, title: JSON.stringify(variant), contentHash: variant.id });

/** Reads what `documentOfVariant` wrote. */
export const variantOfDocument = ({ title }: Pick<StoredDocument, 'title'>): Variant => JSON.parse(title) as Variant;
