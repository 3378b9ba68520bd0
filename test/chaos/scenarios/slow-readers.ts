import { waitFor } from '@switchyard/testing';
import { memoryOf } from '../../load/memory.ts';
import { openLoop } from '../../load/open-loop.ts';
import { percentile } from '../../load/statistics.ts';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { EventReader } from '../client/event-reader.ts';
import { endedAt, Ledger, sentAt } from '../client/ledger.ts';
import { send, writeLikeACustomer } from '../client/write-like-a-customer.ts';
import type { SmallMesh } from '../rigs/small-mesh.ts';
import { atLeast, atMost, told, type Scenario } from './scenario.ts';

const TIERS = ['talker-1'] as const;
const READERS = 200;
/** Each is followed by several readers. */
const REQUESTS = 10;
const LIMIT_MIB = 64;
const TENANT = 'north';
const DEADLINE_MS = 120_000;
/** What a p95 of a few dozen milliseconds differs by from one moment to the next. */
const NOISE_MS = 50;

export const slowReaders: Scenario<SmallMesh> = {
  name: 'slow-readers',
  title: '200 clients follow long answers and read a byte a second',
  run: async (small, { chance, seconds, isLong, slack }) => {
    const { door, crew, gateways } = small;
    const pieces = isLong ? 1_000 : 300;
    await small.start(...TIERS.map((name) => ({ name, role: 'retrieval' }) as const));
    const name = `slow-${chance.seed}`;
    const others = async (phase: string): Promise<number> => {
      const ledger = new Ledger();
      await openLoop(10, seconds, (index) => writeLikeACustomer({ door, ledger, onRefused: 'again' }, scriptedConversation(`${name}-${phase}-${index}`, scripted('to:retrieval work=20', { followBy: 'sse' }))));
      return percentile(ledger.messages.map((message) => (endedAt(message) ?? Infinity) - sentAt(message)), 0.95);
    };
    const pid = crew.processes().find((one) => one.name.startsWith('gateway'))?.pid ?? 0;
    let peak = 0;
    const look = (): void => void (peak = Math.max(peak, memoryOf(pid).residentMib));
    const watching = setInterval(look, 100);

    /** Long answers with their readers. @returns the readers, when all answers are complete */
    const followed = async (phase: string, isSlow: boolean): Promise<EventReader[]> => {
      const ledger = new Ledger();
      const line = scripted(`to:retrieval work=1000 say=${pieces}`, { deadlineMs: DEADLINE_MS });
      const requests = await Promise.all(Array.from({ length: REQUESTS }, async (_, index) => {
        const conversationId = `${name}-${phase}-${index}`;
        return (await send({ door, ledger, onRefused: 'again' }, ledger.open({ key: conversationId, tenant: TENANT, conversationId, place: 0, kind: 'long', deadlineMs: DEADLINE_MS }), line)) ?? '';
      }));
      const readers = Array.from({ length: READERS }, (_, index) => new EventReader(gateways[0] ?? '', { tenant: TENANT, requestId: requests[index % REQUESTS] ?? '', isSlow }));
      const isDone = async (requestId: string): Promise<boolean> => ((await door.call({ tenant: TENANT, path: `/v1/requests/${requestId}` })).body as { readonly state: string }).state === 'done';
      await Promise.all(requests.map((requestId) => waitFor(() => isDone(requestId), DEADLINE_MS, 100)));
      return readers;
    };
    let readers: EventReader[] = [];
    try {
      // Readers that keep up cost memory as well, which the process then keeps.
      readers = await followed('fast', false);
      const before = await others('before');
      const least = Math.min(...readers.map(({ read }) => read));
      for (const reader of readers) reader.leave();
      look();
      const calm = peak;
      readers = await followed('slow', true);
      const beside = await others('beside');
      return {
        figures: [
          atMost('memory of the gateway grew, against readers that keep up, by', peak - calm, LIMIT_MIB, ' MiB'),
          atMost("the others' p95", beside, Math.max(before * 1.5, before + NOISE_MS) * slack, ' ms'),
          told('before, ms', before),
          atLeast('kB that each reader got that keeps up', least / 1_000, pieces),
          told('bytes that a slow one got', Math.max(...readers.map(({ read }) => read))),
        ],
        details: { calm, peak, before, beside },
      };
    } finally {
      clearInterval(watching);
      for (const reader of readers) reader.leave();
      await crew.stop(TIERS);
    }
  },
};
