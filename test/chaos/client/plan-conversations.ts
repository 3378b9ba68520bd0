import type { Site } from '@switchyard/site';
import { SHOPS, WRITER } from '../rigs/copy-site.ts';
import type { Chance } from '@switchyard/testing';
import type { ConversationPlan, Line } from './write-like-a-customer.ts';

export interface PlanOptions {
  readonly site: Pick<Site, 'tests'>;
  readonly chance: Chance;
  /** Unique among the runs on one mesh. */
  readonly name: string;
  readonly deadlineMs: number;
  /** What all lines have besides. */
  readonly more?: Partial<Line>;
}

type Sort = 'single' | 'status' | 'cancel' | 'address' | 'burst' | 'chat' | 'cloud';
/** How many conversations in a hundred are of each sort. */
const SHARES: Readonly<Record<Sort, number>> = { single: 60, status: 10, cancel: 8, address: 6, burst: 6, chat: 6, cloud: 4 };
const SORTS = Object.entries(SHARES).flatMap(([sort, share]) => Array<Sort>(share).fill(sort as Sort));
/** Of a hundred lines, so many are sent by a client that hangs up on its first try. */
const HANG_UPS = 3;

/** Messages that a conversation of these plans has on average. */
export const MEAN_LINES = 1 + (SHARES.status + SHARES.cancel + 2 * SHARES.address + 2 * SHARES.burst) / 100;

/**
 * Conversations as customers of a shop have them: most ask one thing, some have an order changed in several turns, some
 * write three messages at once, a few chat. Each one that changes an order has an order of its own.
 */
export function planConversations({ site, chance, name, deadlineMs, more: common }: PlanOptions): (index: number) => ConversationPlan {
  const asks = site.tests.conversations.filter(({ tags }) => !tags.includes('needs_model')).flatMap(({ turns }) => turns[0]?.ask ?? []);
  return (index) => {
    const sort = chance.pick(SORTS);
    const order = `HG${String(30_000_000 + chance.below(60_000_000))}`;
    const line = (text: string, more: Partial<Line> = {}): Line => ({
      text, kind: sort, deadlineMs, followBy: chance.next() < 0.5 ? 'sse' : 'get', ...(chance.below(100) < HANG_UPS ? { hangUpMs: 1 + chance.below(20) } : {}), ...common, ...more,
    });
    const lines: Readonly<Record<Sort, () => readonly Line[]>> = {
      single: () => [line(chance.pick(asks))],
      status: () => [line('could you check where my parcel has got to'), line(order)],
      cancel: () => [line(`I want to cancel my order ${order}`), line('yes', { order })],
      address: () => [line(`please change the delivery address of order ${order}`), line(`${1 + chance.below(98)} Harbour Road, Building 3, Pudong, Shanghai`), line('yes', { order })],
      burst: () => [line('hello'), line('what does standard shipping cost?', { atOnce: true }), line('and how long does it take?', { atOnce: true })],
      chat: () => [line('tell me a joke about cats')],
      cloud: () => [line('a poem about tea')],
    };
    return { tenant: sort === 'cloud' ? WRITER : chance.pick(SHOPS), conversationId: `${name}-${index}`, lines: lines[sort]() };
  };
}
