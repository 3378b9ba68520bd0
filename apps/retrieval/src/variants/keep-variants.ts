import { createHash } from 'node:crypto';
import type { KnowledgeScope, KnowledgeVariant, StoredPassage, VectorStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { documentOfVariant, extractTerms, LONGEST_VARIANT, normaliseText, passageOfVariant, queryVector, variantOfDocument, variantScope, withoutPersonalData, type Variant } from '@switchyard/knowledge';
import { eachDocument } from '@switchyard/vector-store';

/** Variants that lead to one title, and that a collection has. */
const MOST_OF_TITLE = 20;
const MOST = 2_000;
/** Passages of one document that are looked through for a title. */
const PASSAGES = 1_000;
/** Titles that an error names. */
const NAMED = 10;

export interface NewVariant {
  readonly documentId: string;
  /** Of the passages, or the end of it; needed where the document has several. */
  readonly title?: string | undefined;
  /** As the customer asked. */
  readonly question: string;
  readonly nowMs: number;
}

/** The same question for the same title is one variant. */
const idOf = (documentId: string, title: string, question: string): string => createHash('sha256').update(JSON.stringify([documentId, title, normaliseText(question)])).digest('hex').slice(0, 24);

/** Passages of the document; every one of them begins its title with the document's. */
async function passagesOf(store: VectorStore, scope: KnowledgeScope, documentId: string, title: string): Promise<StoredPassage[]> {
  const found = await store.query(scope, { sparse: queryVector(title), limit: PASSAGES, filter: { documentId } });
  return found.map(({ passage }) => passage);
}

async function titleOf(store: VectorStore, scope: KnowledgeScope, documentId: string, wanted: string | undefined): Promise<string> {
  const document = await store.document(scope, documentId);
  if (!document) throw new MeshError('DOCUMENT_UNKNOWN', `the collection ${scope.collection} has no such document`, { field: 'documentId' });
  const titles = [...new Set((await passagesOf(store, scope, documentId, `${document.title} ${wanted ?? ''}`)).map(({ title }) => title))].toSorted();
  const fitting = wanted === undefined ? titles : titles.filter((title) => title === wanted || title.endsWith(` › ${wanted}`));
  const [title] = fitting;
  if (title !== undefined && fitting.length === 1) return title;
  const named = (fitting.length > 1 ? fitting : titles).slice(0, NAMED).map((one) => JSON.stringify(one)).join(', ');
  throw new MeshError('REQUEST_INVALID', `${fitting.length > 1 ? 'several titles of the document fit' : 'the document has no such title'}; it has ${named}`, { field: 'title' });
}

/** All of them, by their ids. */
async function all(store: VectorStore, scope: KnowledgeScope): Promise<Variant[]> {
  const variants: Variant[] = [];
  for await (const document of eachDocument(store, variantScope(scope))) variants.push(variantOfDocument(document));
  return variants.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/**
 * Keeps another wording of what the document answers under the title; one that is kept already stays as it is. Two that are
 * added in the same moment may go beyond the bounds by one.
 * @throws MeshError DOCUMENT_UNKNOWN, REQUEST_INVALID where the document has no such title, or several that fit, or where of the
 * question nothing is left to be found by, VARIANTS_FULL, and what the store throws
 */
export async function addVariant(store: VectorStore, scope: KnowledgeScope, { documentId, title: wanted, question: asked, nowMs }: NewVariant): Promise<KnowledgeVariant> {
  const question = withoutPersonalData(asked);
  if (question.length > LONGEST_VARIANT) throw new MeshError('REQUEST_INVALID', `is longer than ${LONGEST_VARIANT} characters`, { field: 'question' });
  if (!extractTerms(question).some(({ kind }) => kind === 'word')) throw new MeshError('REQUEST_INVALID', 'holds no word to be found by, apart from personal data', { field: 'question' });
  const title = await titleOf(store, scope, documentId, wanted);
  const variant: Variant = { id: idOf(documentId, title, question), documentId, title, question, addedAt: new Date(nowMs).toISOString() };
  const known = await all(store, scope);
  const same = known.find(({ id }) => id === variant.id);
  if (same) return { ...same, state: 'ready' };
  if (known.length >= MOST) throw new MeshError('VARIANTS_FULL', `the collection ${scope.collection} has ${MOST} variants`);
  if (known.filter((one) => one.documentId === documentId && one.title === title).length >= MOST_OF_TITLE) throw new MeshError('VARIANTS_FULL', `${MOST_OF_TITLE} variants lead to this title`, { field: 'title' });
  const own = variantScope(scope);
  await store.replaceDocument(own, documentOfVariant(variant), [passageOfVariant(own, variant)]);
  return { ...variant, state: 'ready' };
}

/** Variants of the collection, or of one document, by their ids, at most `limit`. */
export async function listVariants(store: VectorStore, scope: KnowledgeScope, { documentId, limit }: { readonly documentId?: string | undefined; readonly limit: number }): Promise<KnowledgeVariant[]> {
  const wanted = (await all(store, scope)).filter((variant) => documentId === undefined || variant.documentId === documentId).slice(0, limit);
  const states: KnowledgeVariant[] = [];
  const isThere = new Map<string, boolean>();
  // One after another: a list must not hold up the questions.
  for (const variant of wanted) {
    const { documentId: of, title } = variant;
    const place = JSON.stringify([of, title]);
    if (!isThere.has(place)) isThere.set(place, (await passagesOf(store, scope, of, title)).some((passage) => passage.title === title));
    states.push({ ...variant, state: isThere.get(place) ? 'ready' : 'lost' });
  }
  return states;
}

/** @throws MeshError VARIANT_UNKNOWN where there is none, and `isRepeat` does not explain it */
export async function removeVariant(store: VectorStore, scope: KnowledgeScope, id: string, isRepeat: boolean): Promise<void> {
  if (!(await store.deleteDocument(variantScope(scope), id)) && !isRepeat) throw new MeshError('VARIANT_UNKNOWN', `the collection ${scope.collection} has no such variant`, { field: 'id' });
}
