import type { Message } from '../client/ledger.ts';
import { finding, type Finding } from './finding.ts';
import { conversationsOf, isSpokenFor, stepsOf, storedOf, type RunRecord } from './run-record.ts';

/** Each process measures how far its clock is from Redis' own, and is off by as much as the measurement took. */
const CLOCK_ERROR_MS = 250;

/** Words that another message speaks for end when that one begins. */
function isOnItsOwn(run: RunRecord, message: Message): boolean {
  const stored = storedOf(run, message);
  return stored !== undefined && stored !== 'unknown' && !isSpokenFor(stored);
}

/** When a tier first had the message in hand; Infinity where the record does not tell. */
function begunAt(run: RunRecord, message: Message): number {
  return Math.min(...stepsOf(run, message).filter(({ tier, step }) => tier !== 'gateway' && step !== 'outcome').map(({ at, tookMs = 0 }) => at - tookMs));
}

/** Messages that were begun before one before them in their conversation was answered, by the record's times. */
export function findDisordered(run: RunRecord): Finding[] {
  return conversationsOf(run).flatMap((messages) => {
    let before: { readonly key: string; readonly ended: number } | undefined;
    return messages.filter((message) => isOnItsOwn(run, message)).flatMap((message) => {
      const earlyMs = (before?.ended ?? 0) - begunAt(run, message);
      const found = before && earlyMs > CLOCK_ERROR_MS ? [finding(message, `begun ${Math.round(earlyMs)} ms before ${before.key} was answered`)] : [];
      const ended = stepsOf(run, message).find(({ step }) => step === 'outcome')?.at ?? 0;
      if (ended > (before?.ended ?? 0)) before = { key: message.key, ended };
      return found;
    });
  });
}
