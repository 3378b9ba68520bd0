import type { Expectation } from '@switchyard/site';
import type { Answer } from '../client/gateway-client.js';

const asList = <Value>(value: Value | readonly Value[]): readonly Value[] => (Array.isArray(value) ? (value as readonly Value[]) : [value as Value]);

/** What of an expectation an answer does not meet; an empty list: it passes. */
export function unmet(expectation: Expectation, answer: Answer): string[] {
  const faults: string[] = [];
  const reply = answer.text.toLowerCase();
  const oneOf = (name: string, wanted: string | readonly string[] | undefined, got: string | undefined): void => {
    if (wanted !== undefined && !asList(wanted).includes(got ?? '')) faults.push(`${name} is ${got ?? 'absent'}, not ${asList(wanted).join(' or ')}`);
  };
  oneOf('outcome', expectation.outcome, answer.outcome);
  oneOf('tier', expectation.tier, answer.receipt?.tier);
  oneOf('intent', expectation.intent, answer.receipt?.intent.label);
  oneOf('rule', expectation.rule, answer.receipt?.rule);
  for (const part of expectation.contains ?? []) if (!reply.includes(part.toLowerCase())) faults.push(`the reply lacks "${part}"`);
  if (expectation.containsAny && !expectation.containsAny.some((part) => reply.includes(part.toLowerCase()))) faults.push(`the reply has none of ${expectation.containsAny.map((part) => `"${part}"`).join(', ')}`);
  for (const part of expectation.lacks ?? []) if (reply.includes(part.toLowerCase())) faults.push(`the reply holds "${part}"`);
  if (expectation.cites !== undefined && !answer.receipt?.citations.some((citation) => citation.documentId === expectation.cites)) {
    faults.push(`${expectation.cites} is not cited (${answer.receipt?.citations.map((citation) => citation.documentId).join(', ') || 'nothing is'})`);
  }
  for (const kind of expectation.redacts ?? []) if (!answer.receipt?.redactions[kind]) faults.push(`no ${kind} was found`);
  return faults;
}
