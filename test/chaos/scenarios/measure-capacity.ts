import { endedAt, Ledger } from '../client/ledger.ts';
import type { Door } from '../client/door.ts';
import { writeLikeACustomer, type ConversationPlan } from '../client/write-like-a-customer.ts';

export interface CapacityPlan {
  /** Customers that write without a pause. */
  readonly atOnce: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly conversation: (index: number) => ConversationPlan;
}

/** Messages a second that a mesh answers when there are always enough of them: a closed loop. */
export async function measureCapacity(door: Door, { atOnce, warmUpMs, measureMs, conversation }: CapacityPlan): Promise<number> {
  const ledger = new Ledger();
  const from = Date.now() + warmUpMs;
  const until = from + measureMs;
  let index = 0;
  const write = async (): Promise<void> => {
    while (Date.now() < until) await writeLikeACustomer({ door, ledger, onRefused: 'again' }, conversation((index += 1)));
  };
  await Promise.all(Array.from({ length: atOnce }, write));
  const within = ledger.messages.filter((message) => {
    const ended = endedAt(message) ?? 0;
    return ended >= from && ended < until;
  });
  return (within.length * 1_000) / measureMs;
}
