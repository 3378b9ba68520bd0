import type { ConversationPlan, Line } from './write-like-a-customer.ts';

const TENANT = 'north';
const DEADLINE_MS = 60_000;

/** A line whose text scripted tiers obey: see `rigs/read-script.ts`. */
export const scripted = (text: string, more: Partial<Line> = {}): Line => ({ text, kind: 'scripted', deadlineMs: DEADLINE_MS, followBy: 'get', ...more });

/** A conversation of such lines. */
export const scriptedConversation = (conversationId: string, ...lines: readonly Line[]): ConversationPlan => ({ tenant: TENANT, conversationId, lines });
