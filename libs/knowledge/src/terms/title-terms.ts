import type { SparseVector } from '@switchyard/contracts';
import { termSet } from './extract-terms.js';
import { hashTerm } from './hash-term.js';

/** The id of a term where it stands in a title; the prefix keeps it apart from the same term in a text. */
export const titleTermId = (term: string): number => hashTerm(`^${term}`);

/**
 * A passage's vector with the terms of its title once more, as terms of their own. A question does not ask for them (its
 * words find the title within the passage already): they are what a conversation is about, see `focusOf`.
 */
export function withTitleTerms({ indices, values }: SparseVector, title: string): SparseVector {
  const known = new Set(indices);
  const ids = [...termSet(title)].map(titleTermId).filter((id) => !known.has(id));
  return { indices: [...indices, ...ids], values: [...values, ...ids.map(() => 1)] };
}
