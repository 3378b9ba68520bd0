import type { KnowledgeHit, KnowledgeQuery, KnowledgeScope } from '@switchyard/contracts';
import { RRF_K } from '../fuse-rankings.js';
import { MAX_LIMIT, SPARSE, type Home } from './collections.js';
import { FETCHED, passageOf, vectorName } from './passage-points.js';
import type { QdrantCalls } from './qdrant-calls.js';
import { conditionsOf, visible, type Snapshot } from './snapshot.js';
import type { Filter, Query, SearchParams } from './wire.js';

/** Each ranking is cut here before fusion, but never below the limit that was asked for; as in the embedded store. */
const FUSION_DEPTH = 100;

/** Quantised vectors find twice as many as are asked for, and the full ones rank those. */
const RESCORED: SearchParams = { quantization: { rescore: true, oversampling: 2 } };

/** The best passages of a snapshot. A vector of the query must be of the snapshot's space. */
export async function search(calls: QdrantCalls, home: Home, scope: KnowledgeScope, snapshot: Snapshot, query: KnowledgeQuery, signal?: AbortSignal): Promise<KnowledgeHit[]> {
  const limit = Math.min(query.limit, MAX_LIMIT);
  const hasWords = query.sparse.indices.length > 0;
  const filter = visible(scope, snapshot, conditionsOf(query));
  // How much a term tells is reckoned over what the scope shows, whatever else is asked for and whoever else is stored.
  const params = { idf: { corpus: visible(scope, snapshot) } };
  const depth = Math.min(Math.max(limit, FUSION_DEPTH), MAX_LIMIT);
  if (limit < 1 || !(hasWords || query.dense)) return [];

  const byWords: Query = { query: query.sparse, using: SPARSE, params, filter, limit, with_payload: FETCHED, with_vector: [SPARSE] };
  if (!query.dense || !snapshot.space) {
    const [points = []] = await calls.queryBatch(home.passages, [byWords], signal);
    return inOrder(points.map((point) => ({ passage: passageOf(scope, snapshot, point), score: point.score, lexical: point.score })));
  }
  const fused = fusedQuery({ sparse: hasWords ? query.sparse : undefined, dense: { values: [...query.dense], name: vectorName(snapshot.space) }, params, filter, limit, depth });
  const [points = [], lexical = []] = await calls.queryBatch(home.passages, [fused, ...(hasWords ? [{ ...byWords, limit: depth, with_payload: false, with_vector: false } as const] : [])], signal);
  const scores = new Map(lexical.map(({ id, score }) => [id, score]));
  return inOrder(points.map((point) => ({ passage: passageOf(scope, snapshot, point), score: point.score, lexical: scores.get(point.id) ?? 0 })));
}

function fusedQuery({ sparse, dense, params, filter, limit, depth }: { sparse: KnowledgeQuery['sparse'] | undefined; dense: { readonly values: readonly number[]; readonly name: string }; params: SearchParams; filter: Filter; limit: number; depth: number }): Query {
  const rankings = [
    ...(sparse ? [{ query: sparse, using: SPARSE, params, filter, limit: depth }] : []),
    { query: dense.values, using: dense.name, params: RESCORED, filter, limit: depth },
  ];
  return { prefetch: rankings, query: { rrf: { k: RRF_K, weights: rankings.map(() => 1) } }, filter, limit, with_payload: FETCHED, with_vector: [SPARSE] };
}

/** Qdrant adds in 32 bits: what differs beyond is equal. */
const DIGITS = 6;

/** Equals by their words, as in the embedded store, then by document and position: a query gives the same list every time. */
function inOrder(hits: readonly KnowledgeHit[]): KnowledgeHit[] {
  const rounded = (score: number): number => Number(score.toPrecision(DIGITS));
  return hits
    .map((hit) => ({ hit, score: rounded(hit.score), lexical: rounded(hit.lexical), documentId: hit.passage.documentId, position: hit.passage.position }))
    .toSorted((left, right) => right.score - left.score || right.lexical - left.lexical || compare(left.documentId, right.documentId) || left.position - right.position)
    .map(({ hit }) => hit);
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
