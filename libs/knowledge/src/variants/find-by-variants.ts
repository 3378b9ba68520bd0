import type { KnowledgeHit, KnowledgeQuery, KnowledgeScope, SparseVector, VectorStore } from '@switchyard/contracts';
import { coverage, weighQuestion } from '../answer/weigh-question.js';
import { termSet } from '../terms/extract-terms.js';
import { inverseDocumentFrequency, queryVector } from '../terms/sparse-vector.js';
import type { Synonyms } from '../terms/synonyms.js';
import { conflictBetween } from '../verify/conflict-between.js';
import { variantOf, variantScope, type Variant } from './variant.js';

/** A hit whose passages are asked for in other words, too: those of the variant that is closest to the question. */
export interface AskedHit extends KnowledgeHit {
  readonly asked?: Variant;
}

/** So many variants are compared with a question, and so many titles are found by them at most. */
const COMPARED = 20;
const MOST_TITLES = 3;
/** Passages of one document among which those under the title are sought. */
const PASSAGES = 50;
/** Least share of the question's terms that a variant holds to speak for it. */
const CLOSE = 0.5;

interface Close {
  readonly variant: Variant;
  readonly sparse: SparseVector;
}

const keyOf = (documentId: string, title: string): string => JSON.stringify([documentId, title]);

/** Whether a search that is narrowed to some documents may find this one. */
function isWanted(filter: KnowledgeQuery['filter'], documentId: string): boolean {
  const wanted = filter?.['documentId'];
  return wanted === undefined || (Array.isArray(wanted) ? wanted.includes(documentId) : wanted === documentId);
}

/** Of each title the variant that is closest to the question, best first; not one that is about another value or says the opposite. */
function closest(question: string, found: readonly KnowledgeHit[], synonyms: Synonyms | undefined): Map<string, Close> {
  // Every term tells as much: how rare a word is among a few variants says nothing.
  const weighed = weighQuestion(question, { passages: 0, frequencies: [] }, synonyms);
  const close = found
    .map(({ passage }) => ({ variant: variantOf(passage), sparse: passage.sparse, share: coverage(weighed, termSet(passage.text)) }))
    .filter(({ variant, share }) => share >= CLOSE && conflictBetween(question, variant.question) === undefined)
    .toSorted((left, right) => right.share - left.share);
  const byTitle = new Map<string, Close>();
  for (const { variant, sparse } of close) {
    const key = keyOf(variant.documentId, variant.title);
    if (byTitle.size < MOST_TITLES && !byTitle.has(key)) byTitle.set(key, { variant, sparse });
  }
  return byTitle;
}

/** What the words of the question give by BM25 to a passage that holds these. */
function scoreOf(query: SparseVector, weights: ReadonlyMap<number, number>, { indices, values }: SparseVector): number {
  const asked = new Map(query.indices.map((id, at) => [id, query.values[at] ?? 0]));
  return indices.reduce((sum, id, at) => sum + (asked.get(id) ?? 0) * (weights.get(id) ?? 0) * (values[at] ?? 0), 0);
}

export interface VariantSearch extends Pick<KnowledgeQuery, 'filter' | 'validAt'> {
  readonly store: Pick<VectorStore, 'query' | 'statistics'>;
  readonly synonyms?: Synonyms | undefined;
}

/** The variants that share words with the question, with `question` as it is searched. */
export const lookUpVariants = (store: Pick<VectorStore, 'query'>, scope: KnowledgeScope, question: string, synonyms?: Synonyms): Promise<KnowledgeHit[]> =>
  store.query(variantScope(scope), { sparse: queryVector(question, synonyms), limit: COMPARED });

/**
 * The hits of a question with what variants of it lead to: a passage that is asked for in the words of a close variant has at
 * least the score that it would have by those words, and comes in where it was not found. What the filter or the time
 * leaves out stays out, and so does a variant whose document or title is gone.
 */
export async function findByVariants({ store, filter, validAt, synonyms }: VariantSearch, scope: KnowledgeScope, question: string, hits: readonly KnowledgeHit[], found: readonly KnowledgeHit[]): Promise<readonly AskedHit[]> {
  const close = closest(question, found.filter(({ passage }) => isWanted(filter, variantOf(passage).documentId)), synonyms);
  if (close.size === 0) return hits;
  const query = queryVector(question, synonyms);
  const { passages, frequencies } = await store.statistics(scope, query.indices);
  const weights = new Map(query.indices.map((id, at) => [id, inverseDocumentFrequency(passages, frequencies[at] ?? 0)]));
  const known = new Set(hits.map(({ passage }) => passage.id));
  const brought = await Promise.all([...close.values()].map(async ({ variant: { documentId, title } }) => {
    const of = await store.query(scope, { sparse: queryVector(title), limit: PASSAGES, filter: { ...filter, documentId }, ...(validAt === undefined ? {} : { validAt }) });
    return of.filter(({ passage }) => passage.title === title && !known.has(passage.id)).map((hit): KnowledgeHit => ({ ...hit, score: 0, lexical: 0 }));
  }));
  return [...hits, ...brought.flat()].map((hit): AskedHit => {
    const asked = close.get(keyOf(hit.passage.documentId, hit.passage.title));
    return asked ? { ...hit, lexical: Math.max(hit.lexical, scoreOf(query, weights, asked.sparse)), asked: asked.variant } : hit;
  });
}

/** What a hit is found under: its title, and the question of its variant. */
export const titlesOf = ({ passage: { title }, asked }: AskedHit): ReadonlySet<string> => (asked ? new Set([...termSet(title), ...termSet(asked.question)]) : termSet(title));
