import type { KnowledgeHit, KnowledgeQuery, KnowledgeScope, Reranker, SparseVector, VectorStore } from '@switchyard/contracts';
import { termSet } from '../terms/extract-terms.js';
import { inverseDocumentFrequency, queryVector } from '../terms/sparse-vector.js';
import type { Synonyms } from '../terms/synonyms.js';
import { titleTermId } from '../terms/title-terms.js';
import { findByVariants, lookUpVariants, type AskedHit } from '../variants/find-by-variants.js';
import { focusOf } from './conversation-focus.js';
import { foldDuplicates, type SearchHit } from './fold-duplicates.js';
import { scoreByTitle } from './score-by-title.js';

/** What a search needs beside the question. */
export interface SearchPorts {
  readonly store: Pick<VectorStore, 'query' | 'statistics'>;
  /** What is used for one another here; the built-in synonyms where absent. */
  readonly synonyms?: Synonyms | undefined;
  /** Where variants of questions are kept; absent: none are looked for. */
  readonly variants?: Pick<VectorStore, 'query'> | undefined;
  /** The question's vector; nothing where there is no embedding model, or it does not answer in time. */
  readonly embed?: ((question: string, signal: AbortSignal) => Promise<Float32Array | undefined>) | undefined;
  /** A model that reads question and passage together. Where it fails, the order is the one without it. */
  readonly reranker?: Reranker | undefined;
  /** Told of a reranker that failed. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
}

export interface SearchOptions {
  readonly limit: number;
  readonly filter?: KnowledgeQuery['filter'];
  /** Instant, ISO 8601: what does not hold then is not found. Absent: whatever is stored. */
  readonly validAt?: string;
  /** What was said before in the conversation, oldest first. */
  readonly before?: readonly string[];
  readonly signal: AbortSignal;
}

/** So many hits of the store are put into a new order; more where a conversation names titles, since one title has many passages. */
const RERANKED = 30;
const RERANKED_IN_FOCUS = 50;
/** As in the stores' fusion: how much the first ranks outweigh the later ones. */
const RRF_K = 60;
/** Less than any word gives; what is left where scores of titles are taken off is not exactly nothing. */
const LEAST_SCORE = 1e-6;

/**
 * Ranked passages for a question, best first: by its words, by the variants of it that are kept, by its vector where there is
 * one, by the titles that it and the conversation name, and by a reranking model where there is one. What says the same as a
 * better hit is folded.
 */
export async function searchKnowledge(ports: SearchPorts, scope: KnowledgeScope, question: string, options: SearchOptions): Promise<SearchHit[]> {
  const { limit, filter, validAt, before = [], signal } = options;
  const dense = await ports.embed?.(question, signal);
  const focus = focusOf(before);
  const varied = ports.variants ? lookUpVariants(ports.variants, scope, question, ports.synonyms) : Promise.resolve([]);
  // Where the search fails nobody waits for these.
  varied.catch(() => undefined);
  const byWords = await ports.store.query(scope, {
    sparse: withFocus(queryVector(question, ports.synonyms), focus),
    limit: Math.max(limit, focus.size === 0 ? RERANKED : RERANKED_IN_FOCUS),
    ...(dense ? { dense } : {}),
    ...(filter ? { filter } : {}),
    ...(validAt === undefined ? {} : { validAt }),
  });
  const found = await findByVariants({ ...ports, filter, ...(validAt === undefined ? {} : { validAt }) }, scope, question, byWords, await varied);
  const idf = focus.size === 0 ? new Map<string, number>() : await idfOf(ports.store, scope, focus);
  const lexical = scoreByTitle({ terms: termSet(question), focus, idf }, found);
  // What the conversation alone names is on the subject and says nothing about the question.
  const rescored = found.map((hit, at): AskedHit => ({ ...hit, lexical: lexical[at]! })).filter((hit) => dense !== undefined || hit.lexical > LEAST_SCORE);
  const ordered = (dense ? fuse(byWords, rescored) : rescored.map((hit) => ({ ...hit, score: hit.lexical }))).toSorted(byScore);
  return foldDuplicates(await rerank(ports, question, ordered, signal), limit);
}

const byScore = (left: AskedHit, right: AskedHit): number => right.score - left.score;

function withFocus(query: SparseVector, focus: ReadonlyMap<string, number>): SparseVector {
  const known = new Set(query.indices);
  const added = [...focus].map(([term, weight]) => [titleTermId(term), weight] as const).filter(([id]) => !known.has(id));
  return { indices: [...query.indices, ...added.map(([id]) => id)], values: [...query.values, ...added.map(([, weight]) => weight)] };
}

async function idfOf(store: SearchPorts['store'], scope: KnowledgeScope, focus: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const terms = [...focus.keys()];
  const { passages, frequencies } = await store.statistics(scope, terms.map(titleTermId));
  return new Map(terms.map((term, at) => [term, inverseDocumentFrequency(passages, frequencies[at] ?? 0)]));
}

/** Where vectors took part, the words' share of a fused score becomes that of their rank in the light of the titles. */
function fuse(found: readonly KnowledgeHit[], rescored: readonly AskedHit[]): AskedHit[] {
  const [before, after] = [sharesOf(found), sharesOf(rescored)];
  return rescored.map((hit) => ({ ...hit, score: hit.score - (before.get(hit.passage.id) ?? 0) + (after.get(hit.passage.id) ?? 0) }));
}

/** What each hit that words found has from its rank among these. */
function sharesOf(hits: readonly KnowledgeHit[]): ReadonlyMap<string, number> {
  const byWords = hits.filter(({ lexical }) => lexical > LEAST_SCORE).toSorted((left, right) => right.lexical - left.lexical);
  return new Map(byWords.map(({ passage }, rank) => [passage.id, 1 / (RRF_K + rank)]));
}

/** As a model reads it: the variant that leads to a passage stands in its title. */
const asTitled = (hit: AskedHit): KnowledgeHit => (hit.asked ? { ...hit, passage: { ...hit.passage, title: `${hit.passage.title} › ${hit.asked.question}` } } : hit);

async function rerank({ reranker, onProblem }: SearchPorts, question: string, hits: readonly AskedHit[], signal: AbortSignal): Promise<readonly AskedHit[]> {
  if (!reranker || hits.length < 2) return hits;
  try {
    const scores = await reranker.rerank(question, hits.map(asTitled), signal);
    return hits.map((hit, at) => ({ ...hit, score: scores[at] ?? 0 })).toSorted(byScore);
  } catch (error) {
    // The request's own end must end it; a slow or broken model must not.
    signal.throwIfAborted();
    onProblem?.(error);
    return hits;
  }
}
