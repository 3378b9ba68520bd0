import type { KnowledgeScope } from '@switchyard/contracts';
import { QUERIES, SPARSE, type Home } from './collections.js';
import type { QdrantCalls } from './qdrant-calls.js';
import { FETCHED, passageOf } from './passage-points.js';
import { visible, type Snapshot } from './snapshot.js';
import type { Query, ScoredPoint } from './wire.js';

/** What has been counted in one snapshot, which never changes. */
export interface Counted {
  readonly passages: number;
  /** By term id. */
  readonly frequencies: Map<number, number>;
}

/**
 * Counts passages, and in how many of them each term occurs. Qdrant has no operation that counts the second, but scores
 * with it: a query of the one term with weight 1 scores its best passage with the stored weight times
 * `ln(1 + (passages - frequency + 0.5) / (frequency + 0.5))`, of which the frequency follows. All terms go in one request.
 */
export async function count(calls: QdrantCalls, { passages: collection }: Home, scope: KnowledgeScope, snapshot: Snapshot, indices: readonly number[], known: Counted | undefined, signal?: AbortSignal): Promise<Counted> {
  const filter = visible(scope, snapshot);
  const missing = indices.filter((id) => !known?.frequencies.has(id));
  const [passages, probes] = await Promise.all([
    known?.passages ?? calls.count(collection, filter, signal),
    Promise.all(batches(missing).map(async (ids) => calls.queryBatch(collection, ids.map((id): Query => ({
      query: { indices: [id], values: [1] }, using: SPARSE, params: { idf: { corpus: filter } }, filter, limit: 1, with_payload: FETCHED, with_vector: [SPARSE],
    })), signal))),
  ]);
  const answers = probes.flat();
  const frequencies = new Map(known?.frequencies);
  for (const [at, id] of missing.entries()) frequencies.set(id, frequencyOf(scope, snapshot, answers[at]?.[0], id, passages));
  return { passages, frequencies };
}

function frequencyOf(scope: KnowledgeScope, snapshot: Snapshot, best: ScoredPoint | undefined, id: number, passages: number): number {
  if (!best) return 0;
  const { sparse } = passageOf(scope, snapshot, best);
  const weight = sparse.values[sparse.indices.indexOf(id)] ?? 0;
  if (weight === 0) return 0;
  return Math.min(passages, Math.max(1, Math.round((passages + 1) / Math.exp(best.score / weight) - 0.5)));
}

const batches = (ids: readonly number[]): number[][] => Array.from({ length: Math.ceil(ids.length / QUERIES) }, (_, at) => ids.slice(at * QUERIES, (at + 1) * QUERIES));
