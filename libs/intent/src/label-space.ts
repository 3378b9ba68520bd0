import type { CuratedAnswer, IntentDefinition, Site } from '@switchyard/site';
import type { IntentExample } from './train-intent-model.js';

const INTENT = 'intent:';
const ANSWER = 'answer:';

/**
 * Intents and curated answers in one label space, so that they compete in one calibrated distribution: a question about
 * the rules of returning and a wish to return something are told apart by the same numbers.
 */
export function labelledExamples(site: Pick<Site, 'intents' | 'answers'>): IntentExample[] {
  return [
    ...site.intents.flatMap((intent) => [...intent.utterances.zh, ...intent.utterances.en].map((text) => ({ text, label: `${INTENT}${intent.label}` }))),
    ...site.answers.flatMap((answer) => [...answer.questions.zh, ...answer.questions.en].map((text) => ({ text, label: `${ANSWER}${answer.id}` }))),
  ];
}

export type Meaning = { readonly intent: IntentDefinition; readonly answer?: never } | { readonly answer: CuratedAnswer; readonly intent?: never };

/** What the labels stand for. */
export function meaningsOf(site: Pick<Site, 'intents' | 'answers'>): ReadonlyMap<string, Meaning> {
  return new Map<string, Meaning>([
    ...site.intents.map((intent) => [`${INTENT}${intent.label}`, { intent }] as const),
    ...site.answers.map((answer) => [`${ANSWER}${answer.id}`, { answer }] as const),
  ]);
}

/** Whether an answer holds on a day; `today` is an ISO date, and both ends count. */
export function isValidOn(answer: Pick<CuratedAnswer, 'validFrom' | 'validTo'>, today: string): boolean {
  return (answer.validFrom === undefined || answer.validFrom <= today) && (answer.validTo === undefined || today <= answer.validTo);
}
