import type { SparseVector, StoredPassage } from '@switchyard/contracts';

/** A passage whose terms are given as `id: weight`. */
export function passage(documentId: string, position: number, terms: Record<number, number>, more: Partial<StoredPassage> = {}): StoredPassage {
  const sparse: SparseVector = { indices: Object.keys(terms).map(Number), values: Object.values(terms) };
  return { id: `${documentId}#${position}`, documentId, title: `Title of ${documentId}`, text: `退货 and returns ${position}`, language: 'en', position, metadata: {}, sparse, ...more };
}

export const ask = (...ids: number[]): SparseVector => ({ indices: ids, values: ids.map(() => 1) });
