import type { KnowledgeScope, ReplyLanguage, Turn } from '@switchyard/contracts';
import { hashTerm } from '../terms/hash-term.js';
import { searchKnowledge, type SearchOptions, type SearchPorts } from '../search/search-knowledge.js';
import type { AskedHit } from '../variants/find-by-variants.js';
import { answerable, type Answerability } from './answerable.js';
import { composeAnswer, type ComposedAnswer } from './compose-answer.js';
import { forgiveTypos } from './forgive-typos.js';
import { questionsOf } from './follow-up-question.js';
import { rankForAnswer } from './rank-for-answer.js';
import { searchText, statisticsIndices, weighQuestion, type WeighedQuestion } from './weigh-question.js';

/** Passages that are looked at, over both languages. */
const DEPTH = 12;

export interface KnowledgeAnswer {
  readonly gate: Answerability;
  /** The best hits of the question that came out best, whether they answer it or not. */
  readonly hits: readonly AskedHit[];
  /** Absent where the gate says no. */
  readonly answer?: ComposedAnswer;
}

export interface KnowledgeRequest extends Pick<SearchOptions, 'filter' | 'validAt' | 'signal'> {
  readonly text: string;
  /** The conversation up to now, oldest first. */
  readonly turns: readonly Turn[];
  readonly language: ReplyLanguage;
}

/**
 * Searches, and answers where a passage holds the answer. Passages in the language of the reply come first; the other
 * language answers only where none of the own does. A message of several sentences is searched as a whole and by the
 * sentences that ask, since what is told around a question hides it.
 */
export async function answerFromKnowledge(ports: SearchPorts, scope: KnowledgeScope, { text, turns, language, ...options }: KnowledgeRequest): Promise<KnowledgeAnswer> {
  let best: KnowledgeAnswer | undefined;
  const before = turns.map((turn) => turn.text).filter((said) => said.trim() !== text.trim());
  for (const question of questionsOf(text, turns)) {
    const hits = await searchKnowledge(ports, scope, searchText(question), { ...options, limit: DEPTH, before });
    const weighed = await weigh(ports, scope, question, hits);
    const found = judge(weighed, hits, language);
    if (!best || isBetter(found.gate, best.gate)) best = found;
  }
  return best ?? { gate: { answerable: false, score: 0, reason: 'no_terms' }, hits: [] };
}

/** The question's terms by what they tell in this collection, its typos forgiven. */
async function weigh({ store, synonyms }: SearchPorts, scope: KnowledgeScope, question: string, hits: readonly AskedHit[]): Promise<WeighedQuestion> {
  const indices = statisticsIndices(question, synonyms);
  const statistics = await store.statistics(scope, indices);
  const frequencyOf = new Map(indices.map((id, at) => [id, statistics.frequencies[at] ?? 0]));
  const weighed = weighQuestion(question, statistics, synonyms);
  return forgiveTypos(weighed, [...weighed.weights.keys()].map((term) => frequencyOf.get(hashTerm(term)) ?? 0), hits);
}

const isBetter = (one: Answerability, other: Answerability): boolean => (one.answerable === other.answerable ? one.score > other.score : one.answerable);

function judge(question: WeighedQuestion, hits: readonly AskedHit[], language: ReplyLanguage): KnowledgeAnswer {
  const own = rankForAnswer(question, hits.filter(({ passage }) => passage.language === language));
  const foreign = rankForAnswer(question, hits.filter(({ passage }) => passage.language !== language));
  const ranked = [...own, ...foreign];
  const gates = [own, foreign].map((list) => ({ list, gate: answerable(question, list) }));
  const chosen = gates.find(({ gate }) => gate.answerable);
  if (chosen) return { gate: chosen.gate, hits: [...chosen.list, ...ranked.filter((hit) => !chosen.list.includes(hit))], answer: composeAnswer(question, chosen.list) };
  const [{ gate } = { gate: answerable(question, []) }] = gates.toSorted((left, right) => right.gate.score - left.gate.score);
  return { gate, hits: ranked };
}
