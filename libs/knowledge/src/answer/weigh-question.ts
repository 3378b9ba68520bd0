import { extractTerms } from '../terms/extract-terms.js';
import { isIdentifier } from '../terms/identifier.js';
import { alternativesOf, type Synonyms } from '../terms/synonyms.js';
import { withoutCue } from './answer-kind.js';
import { hashTerm } from '../terms/hash-term.js';
import { inverseDocumentFrequency, queryVector } from '../terms/sparse-vector.js';

/** Passages of the scope, and for each of the given term ids in how many of them it occurs; as a store counts them. */
export interface ScopeStatistics {
  readonly passages: number;
  readonly frequencies: readonly number[];
}

/** The terms of a question with what each tells in this collection. */
export interface WeighedQuestion {
  readonly text: string;
  readonly weights: ReadonlyMap<string, number>;
  readonly total: number;
  /** Of a term, what says the same: it counts as held where all terms of one of these are. */
  readonly alternatives: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** The term ids to ask the store's statistics for, in the order in which `weighQuestion` expects the frequencies. */
export const statisticsIndices = (question: string, synonyms?: Synonyms): readonly number[] => queryVector(searchText(question), synonyms).indices;

/** What to search for: the question without the words that only say what kind of answer it wants, unless it has no others. */
export function searchText(question: string): string {
  const rest = withoutCue(question);
  return extractTerms(rest).length > 0 ? rest : question;
}

/** A code or a model's name says which thing is meant: a passage without it answers about another. */
const IDENTIFIER_WEIGHT = 2;

/** Weighs the question's words and pairs by their inverse document frequency. `statistics` must be of `statisticsIndices` with the same synonyms. */
export function weighQuestion(text: string, statistics: ScopeStatistics, synonyms?: Synonyms): WeighedQuestion {
  const frequencies = new Map(statisticsIndices(text, synonyms).map((id, at) => [id, statistics.frequencies[at] ?? 0]));
  const weights = new Map<string, number>();
  let total = 0;
  for (const { term } of extractTerms(searchText(text))) {
    if (weights.has(term)) continue;
    const frequency = frequencies.get(hashTerm(term)) ?? 0;
    const weight = inverseDocumentFrequency(statistics.passages, frequency) * (isIdentifier(term) ? IDENTIFIER_WEIGHT : 1);
    weights.set(term, weight);
    total += weight;
  }
  return { text, weights, total, alternatives: alternativesOf(text, synonyms) };
}

/** Weight of the question's terms that the set holds. */
export function coveredWeight(question: WeighedQuestion, terms: ReadonlySet<string>): number {
  let covered = 0;
  for (const [term, weight] of question.weights) {
    if (terms.has(term) || question.alternatives.get(term)?.some((same) => same.every((one) => terms.has(one)))) covered += weight;
  }
  return covered;
}

/** As above, as a share of the question, 0 to 1; 0 for a question without terms. */
export function coverage(question: WeighedQuestion, terms: ReadonlySet<string>): number {
  return question.total === 0 ? 0 : coveredWeight(question, terms) / question.total;
}
