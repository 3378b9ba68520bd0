import type { KnowledgeHit, KnowledgeScope, ReplyLanguage, Turn } from '@switchyard/contracts';
import { answerable, composeAnswer, questionsOf, rankForAnswer, searchText, statisticsIndices, weighQuestion, type Answerability, type ComposedAnswer, type WeighedQuestion } from '@switchyard/knowledge';
import type { KnowledgeBase } from '../knowledge-base.js';
import { searchPassages } from '../search/search-passages.js';

/** Passages that are looked at, over both languages. */
const DEPTH = 12;

export interface KnowledgeAnswer {
  readonly gate: Answerability;
  /** The best hits of the question that came out best, whether they answer it or not. */
  readonly hits: readonly KnowledgeHit[];
  /** Absent where the gate says no. */
  readonly answer?: ComposedAnswer;
}

/**
 * Searches, and answers where a passage holds the answer. Passages in the language of the reply come first; the other
 * language answers only where none of the own does. A message of several sentences is searched as a whole and by the
 * sentences that ask, since what is told around a question hides it.
 */
export async function answerFromKnowledge(base: KnowledgeBase, scope: KnowledgeScope, request: { readonly text: string; readonly turns: readonly Turn[]; readonly language: ReplyLanguage; readonly validAt: string; readonly signal: AbortSignal }): Promise<KnowledgeAnswer> {
  let best: KnowledgeAnswer | undefined;
  for (const question of questionsOf(request.text, request.turns)) {
    const hits = await searchPassages(base, scope, searchText(question), { limit: DEPTH, validAt: request.validAt, signal: request.signal });
    const weighed = weighQuestion(question, await base.store.statistics(scope, statisticsIndices(question)));
    const found = judge(weighed, hits, request.language);
    if (!best || isBetter(found.gate, best.gate)) best = found;
  }
  return best ?? { gate: { answerable: false, score: 0, reason: 'no_terms' }, hits: [] };
}

const isBetter = (one: Answerability, other: Answerability): boolean => (one.answerable === other.answerable ? one.score > other.score : one.answerable);

function judge(question: WeighedQuestion, hits: readonly KnowledgeHit[], language: ReplyLanguage): KnowledgeAnswer {
  const own = rankForAnswer(question, hits.filter(({ passage }) => passage.language === language));
  const foreign = rankForAnswer(question, hits.filter(({ passage }) => passage.language !== language));
  const ranked = [...own, ...foreign];
  const gates = [own, foreign].map((list) => ({ list, gate: answerable(question, list) }));
  const chosen = gates.find(({ gate }) => gate.answerable);
  if (chosen) return { gate: chosen.gate, hits: [...chosen.list, ...ranked.filter((hit) => !chosen.list.includes(hit))], answer: composeAnswer(question, chosen.list) };
  const [{ gate } = { gate: answerable(question, []) }] = gates.toSorted((left, right) => right.gate.score - left.gate.score);
  return { gate, hits: ranked };
}
