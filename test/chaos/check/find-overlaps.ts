import { requestIdOf } from '../client/ledger.ts';
import { finding, type Finding } from './finding.ts';
import { conversationsOf, storedOf, type RunRecord } from './run-record.ts';

/**
 * Messages whose run began while an earlier one of their conversation had not been done by any run of it. By what scripted
 * tiers told, in the order in which they told it, so that no clock is trusted.
 */
export function findOverlaps(run: RunRecord): Finding[] {
  if (!run.notes) return [];
  const firstBegin = new Map<string, number>();
  const firstEnd = new Map<string, number>();
  for (const [at, { kind, requestId }] of run.notes.entries()) {
    const first = kind === 'begin' ? firstBegin : firstEnd;
    if (!first.has(requestId)) first.set(requestId, at);
  }
  return conversationsOf(run).flatMap((messages) =>
    messages.flatMap((message, index) => {
      const began = firstBegin.get(requestIdOf(message) ?? '');
      if (began === undefined) return [];
      return messages.slice(0, index).flatMap((before) => {
        const stored = storedOf(run, before);
        // One that was ended for its tier (expired, failed, cancelled) is told of by nobody.
        const isAnswered = stored !== undefined && stored !== 'unknown' && stored.outcome === 'answered';
        const ended = firstEnd.get(requestIdOf(before) ?? '') ?? Infinity;
        return isAnswered && ended > began ? [finding(message, `begun before ${before.key} was done`)] : [];
      });
    }),
  );
}
