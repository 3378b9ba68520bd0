import type { KnowledgeFilter, VectorStore } from '@switchyard/contracts';
import { ANSWERABLE_THRESHOLD, answerFromKnowledge, languageOf } from '@switchyard/knowledge';
import { areaUnderCurve } from '../intent/intent-scores.js';
import { SCOPE } from './index-collection.js';
import { accepts, type Restriction } from './measure-retrieval.js';
import { percentile } from './ranking-scores.js';
import type { CollectionQuery, CorpusDocument } from './read-collection.js';

/** Share of the questions without an answer that are to be refused. */
const REFUSED = 0.85;

/** The gate on questions, each once as it is and once with all that answers it taken out. */
export interface AnswerabilityScores {
  readonly queries: number;
  readonly areaUnderCurve: number;
  /** At the threshold of the product. */
  readonly threshold: number;
  /** "I don't know" where the answer is taken out. */
  readonly refusedWithout: number;
  /** "I don't know" though the answer is there; wanted is less. */
  readonly refusedWith: number;
  /** As above on every second question, at the threshold that refuses 85 % of the other half's questions without an answer. */
  readonly halves: { readonly threshold: number; readonly refusedWithout: number; readonly refusedWith: number };
}

interface Asked {
  readonly present: boolean;
  readonly score: number;
  readonly refused: boolean;
}

const share = (rows: readonly Asked[], present: boolean, refused: (row: Asked) => boolean): number => {
  const some = rows.filter((row) => row.present === present);
  return some.filter(refused).length / Math.max(1, some.length);
};

/** Asks every question through the answering of the product, twice. `restrictionOf`: within which documents. */
export async function measureAnswerability(store: VectorStore, documents: readonly CorpusDocument[], queries: readonly CollectionQuery[], restrictionOf: (query: CollectionQuery) => Restriction | undefined): Promise<AnswerabilityScores> {
  const { signal } = new AbortController();
  const ask = async (query: CollectionQuery, present: boolean): Promise<Asked> => {
    const restriction = restrictionOf(query);
    const isAccepted = accepts(restriction);
    const rest = (): string[] => documents.filter((document) => isAccepted(document) && !query.relevant.has(document.id)).map(({ id }) => id);
    const filter: KnowledgeFilter | undefined = present ? restriction && { [restriction.field]: restriction.values } : { documentId: rest() };
    // Where nothing is left to search, nobody answers.
    if (filter && 'documentId' in filter && Array.isArray(filter['documentId']) && filter['documentId'].length === 0) return { present, score: 0, refused: true };
    const { gate } = await answerFromKnowledge({ store }, SCOPE, { text: query.text, turns: [], language: languageOf(query.text), signal, ...(filter ? { filter } : {}) });
    return { present, score: gate.score, refused: !gate.answerable };
  };
  const rows: Asked[][] = [];
  for (const query of queries) rows.push([await ask(query, true), await ask(query, false)]);
  const all = rows.flat();
  const [fitted, stated] = [1, 0].map((half) => rows.filter((_, at) => at % 2 === half).flat()) as [Asked[], Asked[]];
  const threshold = percentile(fitted.filter(({ present }) => !present).map(({ score }) => score), REFUSED);
  const isBelow = ({ score }: Asked): boolean => score <= threshold;
  return {
    queries: queries.length,
    areaUnderCurve: areaUnderCurve(all.map(({ present, score }) => ({ inScope: present, scope: score }))),
    threshold: ANSWERABLE_THRESHOLD,
    refusedWithout: share(all, false, ({ refused }) => refused),
    refusedWith: share(all, true, ({ refused }) => refused),
    halves: { threshold, refusedWithout: share(stated, false, isBelow), refusedWith: share(stated, true, isBelow) },
  };
}
