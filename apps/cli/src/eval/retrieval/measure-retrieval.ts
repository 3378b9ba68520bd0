import type { FilterValue, VectorStore } from '@switchyard/contracts';
import { searchKnowledge } from '@switchyard/knowledge';
import { SCOPE } from './index-collection.js';
import { DEPTH, meanScores, percentile, scoreRanking, type RankingScores } from './ranking-scores.js';
import type { CollectionQuery, CorpusDocument } from './read-collection.js';

/** A document may have several passages among the first: so many are asked for, for ten documents. */
const PASSAGES = 2 * DEPTH;
/** Questions that are asked before the clock runs. */
const WARM_UP = 300;

/** Which documents a query may find: those whose field holds one of the values. */
export interface Restriction {
  readonly field: string;
  readonly values: readonly FilterValue[];
}

/** How a query is asked. */
export interface Asked {
  readonly restriction?: Restriction | undefined;
  /** What was said before, oldest first. */
  readonly before?: readonly string[] | undefined;
}

/** A way to search; gives ids of documents, best first, without repetition. */
export interface Contender {
  readonly name: string;
  search(query: CollectionQuery, asked: Asked): Promise<readonly string[]>;
}

export interface ContenderScores extends RankingScores {
  readonly name: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of one query, all threads. */
  readonly meanCpuMs: number;
}

/** The search of the product. */
export function knowledgeSearch(store: VectorStore): Contender {
  const { signal } = new AbortController();
  return {
    name: 'switchyard',
    async search({ text }, { restriction, before }) {
      const found = await searchKnowledge({ store }, SCOPE, text, { limit: PASSAGES, signal, ...(before ? { before } : {}), ...(restriction ? { filter: { [restriction.field]: restriction.values } } : {}) });
      return [...new Set(found.flatMap(({ passage, alsoIn = [] }) => [passage.documentId, ...alsoIn]))];
    },
  };
}

export const accepts = (restriction: Restriction | undefined) => ({ metadata }: CorpusDocument): boolean => restriction === undefined || restriction.values.some((value) => value === metadata[restriction.field]);

/** Asks one query after the other and takes the time of each. */
export async function measureContender(contender: Contender, queries: readonly CollectionQuery[], askedOf: (query: CollectionQuery) => Asked): Promise<ContenderScores> {
  for (const query of queries.slice(0, WARM_UP)) await contender.search(query, askedOf(query));
  const times: number[] = [];
  const scores: RankingScores[] = [];
  const before = process.cpuUsage();
  for (const query of queries) {
    const asked = askedOf(query);
    const began = performance.now();
    const ranked = await contender.search(query, asked);
    times.push(performance.now() - began);
    scores.push(scoreRanking(ranked, query.relevant));
  }
  const { user, system } = process.cpuUsage(before);
  return { name: contender.name, ...meanScores(scores), p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), meanCpuMs: (user + system) / 1_000 / queries.length };
}
