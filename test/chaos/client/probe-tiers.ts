import type { AuditEvent } from '@switchyard/contracts';
import { PROBER, WRITER } from '../rigs/copy-site.ts';
import { collectResults } from './collect-results.ts';
import type { Door } from './door.ts';
import { Ledger, requestIdOf } from './ledger.ts';
import { writeLikeACustomer } from './write-like-a-customer.ts';

/** A question that each tier is needed for. */
const QUESTIONS: Readonly<Record<string, { readonly tenant: string; readonly text: string }>> = {
  dispatcher: { tenant: PROBER, text: 'How long does standard delivery take?' },
  worker: { tenant: PROBER, text: 'where is my order HG20260003?' },
  retrieval: { tenant: PROBER, text: 'how loud is the desk fan at the lowest speed' },
  expert: { tenant: WRITER, text: 'a poem about tea' },
};

export interface Probed {
  readonly tier: string;
  /** When the tier first did something for the question, by Redis' clock. */
  readonly at: number;
}

/** Asks every tier something at once. @returns when each was seen at work; absent where it was not */
export async function probeTiers(door: Door, name: string): Promise<Probed[]> {
  const ledger = new Ledger();
  const tiers = Object.entries(QUESTIONS);
  await Promise.all(tiers.map(([tier, { tenant, text }]) => writeLikeACustomer({ door, ledger, onRefused: 'again' }, { tenant, conversationId: `${name}-${tier}`, lines: [{ text, kind: tier, deadlineMs: 60_000, followBy: 'get', priority: 'interactive' }] })));
  // Asking the auditor shows that it is at work as well: it answers with what it has read meanwhile.
  const { recorded } = await collectResults(door, ledger.messages);
  const auditedAt = Date.now();
  const seen = ledger.messages.flatMap((message) => {
    const steps: readonly AuditEvent[] = recorded.get(requestIdOf(message) ?? '') ?? [];
    const at = Math.min(...steps.filter(({ tier }) => tier === message.kind).map(({ at, tookMs = 0 }) => at - tookMs));
    return Number.isFinite(at) ? [{ tier: message.kind, at }] : [];
  });
  return [...seen, { tier: 'auditor', at: auditedAt }];
}
