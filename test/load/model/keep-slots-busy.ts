/** More requests than slots: how long slots have nothing to do while requests wait, and whether anything starts for which nobody waits. */
import { Chance } from '@switchyard/testing';
import type { Door } from '../../chaos/client/door.ts';
import { followEvents } from '../../chaos/client/follow-events.ts';
import { Ledger, requestIdOf, type Message } from '../../chaos/client/ledger.ts';
import { send } from '../../chaos/client/write-like-a-customer.ts';
import { nowMs, type SlotServer } from './slot-server.ts';
import { measureSlotTime, type SlotTime } from './slot-time.ts';

export interface BusyOptions {
  readonly door: Door;
  readonly tenants: readonly string[];
  readonly server: SlotServer;
  readonly slots: number;
  readonly requests: number;
  readonly seed: string;
  readonly say: (line: string) => void;
}

export interface BusyFigures {
  readonly mesh: SlotTime;
  /** As many clients as slots ask the server itself for the same answers. */
  readonly reference: SlotTime;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly cancelled: number;
  readonly expired: number;
  /** Calls that started after the answer to the cancellation, or after the deadline. */
  readonly startedForNobody: readonly string[];
}

/** Accepted, and without an end. */
export const LOST = 'lost';
const FEWEST_TOKENS = 20;
const MOST_TOKENS = 200;
const LONG_MS = 120_000;
/** Of those whose deadline passes while they wait. */
const SHORT_MS = 4_000;
const CANCEL_AFTER_MS = 1_000;

interface Planned {
  readonly message: Message;
  readonly text: string;
  readonly tokens: number;
  /** When nobody waited for it any more, by the clock of `nowMs`. */
  overAt?: number;
}

async function askDirectly({ server, slots }: BusyOptions, plan: readonly Planned[]): Promise<void> {
  const rest = plan.values();
  const runner = async (): Promise<void> => {
    for (const { tokens } of rest) await (await fetch(`${server.url}/api/chat`, { method: 'POST', body: JSON.stringify({ messages: [{ content: `#direct (${tokens} tokens)` }] }) })).text();
  };
  await Promise.all(Array.from({ length: slots }, runner));
}

export async function keepSlotsBusy(options: BusyOptions): Promise<BusyFigures> {
  const { door, tenants, server, slots, requests, seed, say } = options;
  const chance = new Chance(seed);
  const ledger = new Ledger();
  const tenth = Math.floor(requests / 10);
  const plan = Array.from({ length: requests }, (_, index): Planned => {
    const tenant = tenants[index % tenants.length] ?? '';
    const tokens = FEWEST_TOKENS + chance.below(MOST_TOKENS - FEWEST_TOKENS);
    const key = `busy-${seed}-${index}`;
    // The last ones are those that wait for the longest.
    return { message: ledger.open({ key, tenant, conversationId: key, place: 0, kind: 'model', deadlineMs: index >= requests - tenth ? SHORT_MS : LONG_MS }), tokens, text: `tell me something nice #${key} (${tokens} tokens)` };
  });
  const giveUpAt = Date.now() + LONG_MS + 10_000;
  say(`${requests} requests for ${slots} slots`);
  const followed = plan.map(async (one) => {
    const { message, text } = one;
    const requestId = await send({ door, ledger, onRefused: 'leave' }, message, { text, kind: 'model', deadlineMs: message.deadlineMs, followBy: 'sse' });
    if (requestId === undefined) return;
    // The deadline counts from when the gateway took it, which is before it said so: by then it has passed for certain.
    if (message.deadlineMs === SHORT_MS) one.overAt = nowMs() + SHORT_MS;
    await followEvents(door, message, requestId, giveUpAt);
  });
  await new Promise((resolve) => setTimeout(resolve, CANCEL_AFTER_MS));
  const stillWait = plan.filter(({ message }) => message.deadlineMs === LONG_MS && requestIdOf(message) !== undefined && !server.started.has(message.key));
  const cancelled: Planned[] = [];
  while (cancelled.length < tenth && stillWait.length > 0) cancelled.push(...stillWait.splice(chance.below(stillWait.length), 1));
  await Promise.all(
    cancelled.map(async (one) => {
      const { status } = await door.call({ tenant: one.message.tenant, method: 'DELETE', path: `/v1/requests/${requestIdOf(one.message) ?? ''}` });
      if (status < 300) one.overAt = nowMs();
    }),
  );
  await Promise.all(followed);
  say('the same answers, asked of the server itself');
  await askDirectly(options, plan);
  // By now every call is over, also one that began for nobody.
  const own = (prefix: string) => server.calls.filter(({ mark }) => mark.startsWith(prefix));
  const mesh = measureSlotTime(own('busy-'), slots);
  const startOf = new Map(server.calls.map(({ mark, startedAt }) => [mark, startedAt]));
  const startedForNobody = plan.flatMap(({ message, overAt }) => ((startOf.get(message.key) ?? -Infinity) > (overAt ?? Infinity) ? [message.key] : []));
  const outcomes: Record<string, number> = {};
  for (const { message } of plan) {
    const [sighting] = message.sightings;
    const outcome = sighting ? [sighting.outcome, sighting.code].filter(Boolean).join(' ') : requestIdOf(message) === undefined ? `refused ${message.attempts.at(-1)?.code ?? ''}` : LOST;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const expired = plan.filter(({ message }) => message.sightings[0]?.outcome === 'expired').length;
  return { mesh, reference: measureSlotTime(own('direct'), slots), outcomes, cancelled: cancelled.length, expired, startedForNobody };
}
