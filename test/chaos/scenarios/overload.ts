import { openLoop } from '../../load/open-loop.ts';
import { percentile } from '../../load/statistics.ts';
import { acceptedIn, endedAt, Ledger, sentAt, type Message } from '../client/ledger.ts';
import { pause } from '../client/pause.ts';
import { writeLikeACustomer } from '../client/write-like-a-customer.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { askModel, markOf } from './ask-model.ts';
import { measureCapacity } from './measure-capacity.ts';
import { atLeast, atMost, told, type Scenario } from './scenario.ts';

const TENANTS = ['quiet1', 'quiet2', 'quiet3'] as const;
const TIMES = 3;
const ANSWER_MS = 600;
const DEADLINE_MS = 5_000;
/** Until the queues are as full as they get. */
const RISE_MS = 5_000;
/** A call that was on its way when the deadline passed. */
const ON_ITS_WAY_MS = 100;
const NORMAL_WITHIN_MS = 10_000;
const PROBE_EVERY_MS = 500;

const tookMs = (message: Message): number => (endedAt(message) ?? Number.NaN) - sentAt(message);
const isAnswered = (message: Message): boolean => message.sightings.some(({ outcome }) => outcome === 'answered');

export const overload: Scenario<WholeMesh> = {
  name: 'overload',
  title: 'three times as much is asked as can be answered',
  run: async ({ door, models }, { chance, seconds, say, slack }) => {
    models.answerIn(ANSWER_MS);
    const plan = (name: string) => askModel({ name: `${name}-${chance.seed}`, tenants: TENANTS, deadlineMs: DEADLINE_MS });
    const capacity = await measureCapacity(door, { atOnce: 32, warmUpMs: 2_000, measureMs: 8_000, conversation: plan('overload-capacity') });
    say(`the model answers ${capacity.toFixed(1)}/s; asked are ${(capacity * TIMES).toFixed(1)}/s for ${seconds} s`);

    const ledger = new Ledger();
    const conversation = plan('overload');
    const began = Date.now();
    const steady = { from: began + Math.min(RISE_MS, (seconds * 1_000) / 4), until: began + seconds * 1_000 };
    await openLoop(capacity * TIMES, seconds, (index) => writeLikeACustomer({ door, ledger, onRefused: 'leave' }, conversation(index)));
    const { messages } = ledger;
    const good = messages.filter((message) => isAnswered(message) && tookMs(message) <= DEADLINE_MS && (endedAt(message) ?? 0) >= steady.from && (endedAt(message) ?? 0) < steady.until);
    const goodput = (good.length * 1_000) / (steady.until - steady.from);
    const accepted = messages.filter((message) => acceptedIn(message) !== undefined);
    const refusals = messages.filter((message) => acceptedIn(message) === undefined).map((message) => message.attempts.at(-1));
    const clear = refusals.filter((one) => (one?.status === 429 || one?.status === 503) && one.retryAfterMs !== undefined);

    // By the mark of a call its message is found, and with it the moment after which nobody waits for the answer.
    const deadlines = new Map(messages.flatMap((message) => (acceptedIn(message) ? [[markOf(message.conversationId), (acceptedIn(message)?.until ?? 0) + DEADLINE_MS] as const] : [])));
    const late = models.calls.filter(({ mark, at }) => at > (deadlines.get(mark) ?? Infinity) + ON_ITS_WAY_MS);

    const normalMs = await untilNormal(door, plan('overload-after'), 2 * ANSWER_MS * slack);
    const outcomes = Object.fromEntries([...Map.groupBy(accepted, (message) => message.sightings[0]?.outcome ?? 'none')].map(([outcome, list]) => [outcome, list.length]));
    return {
      figures: [
        atLeast('answered in time, against what the model can do', (100 * goodput) / capacity, 90 / slack, ' %'),
        atMost('p99 of what was accepted', percentile(accepted.map(tookMs), 0.99) / 1_000, DEADLINE_MS / 1_000, ' s'),
        atMost('refused without 429 or 503 and Retry-After', refusals.length - clear.length, 0),
        atMost('normal again after', normalMs / 1_000, (NORMAL_WITHIN_MS / 1_000) * slack, ' s'),
        atMost('model calls for what had expired', late.length, 0),
        told('accepted and refused', `${accepted.length} and ${refusals.length}`),
      ],
      details: { capacity, goodput, offered: messages.length, outcomes, expiredSentAfterMs: messages.filter((message) => message.sightings[0]?.outcome === 'expired').map((message) => sentAt(message) - began), statuses: Object.fromEntries([...Map.groupBy(refusals, (one) => `${one?.status} ${one?.code}`)].map(([name, list]) => [name, list.length])) },
    };
  },
};

/** How long after an overload until every further message is taken and answered as on a calm day. */
async function untilNormal(door: WholeMesh['door'], conversation: ReturnType<typeof askModel>, calmMs: number): Promise<number> {
  const ledger = new Ledger();
  const over = Date.now();
  const probes: Promise<void>[] = [];
  for (let index = 0; Date.now() < over + NORMAL_WITHIN_MS; index++) {
    probes.push(writeLikeACustomer({ door, ledger, onRefused: 'leave' }, conversation(index)));
    await pause(PROBE_EVERY_MS);
  }
  await Promise.all(probes);
  const abnormal = ledger.messages.filter((message) => !isAnswered(message) || tookMs(message) > calmMs);
  return Math.max(0, ...abnormal.map((message) => (endedAt(message) ?? sentAt(message)) - over));
}
