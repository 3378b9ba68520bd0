import type { Message } from '../client/ledger.ts';
import { finding, type Finding } from './finding.ts';
import { conversationsOf, isSpokenFor, stepsOf, storedOf, type RunRecord } from './run-record.ts';

/** Ends that are as bad as none, where nothing excuses them: the customer got no answer. */
const NO_ANSWER: ReadonlySet<string> = new Set(['expired', 'failed', 'cancelled']);

function lossOf(run: RunRecord, message: Message, later: readonly Message[]): string | undefined {
  const stored = storedOf(run, message);
  if (stored === undefined || stored === 'unknown') return 'accepted, and unknown to the mesh';
  if (stored.outcome === undefined) return `accepted, and still "${stored.state}"`;
  if (isSpokenFor(stored)) return later.some((other) => isAnswered(run, other)) ? undefined : `${stored.error?.code}, and no later message of the conversation was answered`;
  if (NO_ANSWER.has(stored.outcome) && run.isExcused?.(message, stepsOf(run, message)) !== true) return `${stored.outcome}${stored.error ? ` (${stored.error.code})` : ''}`;
  return undefined;
}

function isAnswered(run: RunRecord, message: Message): boolean {
  const stored = storedOf(run, message);
  return stored !== undefined && stored !== 'unknown' && stored.outcome !== undefined && stored.outcome !== 'cancelled';
}

/** Messages that were accepted and not answered. */
export function findLost(run: RunRecord): Finding[] {
  return conversationsOf(run).flatMap((messages) =>
    messages.flatMap((message, at) => {
      const why = lossOf(run, message, messages.slice(at + 1));
      return why === undefined ? [] : [finding(message, why)];
    }),
  );
}

/** Messages that were told to be done, and whose effect never reached the shop. */
export function findUndone(run: RunRecord): Finding[] {
  const orders = new Set(run.effects.map(({ order }) => order));
  return conversationsOf(run).flatMap((messages) =>
    messages.flatMap((message, at) => {
      const stored = storedOf(run, message);
      const isAnswered = stored !== undefined && stored !== 'unknown' && stored.outcome === 'answered';
      if (message.order === undefined || !isAnswered || orders.has(message.order)) return [];
      // What was said before tells whether it could be done at all.
      const said = messages.slice(0, at + 1).flatMap(({ sightings }) => sightings[0]?.text.slice(0, 80) ?? 'nothing');
      return [finding(message, `answered, and order ${message.order} is as it was; the conversation: ${said.join(' | ')}`)];
    }),
  );
}
