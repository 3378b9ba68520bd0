import { endedAt, sentAt, type Message } from '../client/ledger.ts';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { FaultLog } from '../faults/fault.ts';
import { findFaketime } from '../faults/find-faketime.ts';
import type { SmallMesh } from '../rigs/small-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atLeast, atMost, type Scenario } from './scenario.ts';

const SKEWS = { 'skewed-ahead': '+60', 'skewed-behind': '-60' } as const;
const RETRY_MS = 3_000;
const DEADLINE_MS = 4_000;

export const skewClock: Scenario<SmallMesh> = {
  name: 'skew-clock',
  title: 'the clock of one worker is a minute ahead, that of the other a minute behind',
  impossible: () => (findFaketime() === undefined ? 'no libfaketime: apt-get install faketime, or name it in LIBFAKETIME' : undefined),
  run: async (small, { chance, say, slack }) => {
    const library = findFaketime() ?? '';
    const names = Object.keys(SKEWS) as (keyof typeof SKEWS)[];
    await small.start(...names.map((name) => ({
      name,
      role: 'worker' as const,
      // Timers and sockets need a clock that only goes on; only the time of day is wrong.
      environmentOf: () => ({ LD_PRELOAD: library, FAKETIME: SKEWS[name], FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' }),
    })));
    const kinds = [scripted('work=200', { kind: 'plain' }), scripted(`refuse@1=${RETRY_MS} work=20`, { kind: 'retried' }), scripted('work=30000', { kind: 'late', deadlineMs: DEADLINE_MS })];
    const judgement = await runUnderFaults({
      ...small,
      load: { perSecond: 6, seconds: 5, conversation: (index) => scriptedConversation(`skew-${chance.seed}-${index}`, kinds[index % kinds.length] ?? scripted('work=1')) },
      faults: [],
      log: new FaultLog(say),
      notes: small.runs.notes,
      isExcused: ({ kind }) => kind === 'late',
    });
    const { messages } = judgement.ledger;
    const of = (kind: string): Message[] => messages.filter((message) => message.kind === kind);
    const began = (message: Message, run: number): number => small.runs.notes.find((note) => note.conversationId === message.conversationId && note.kind === 'begin' && note.run === run)?.at ?? Number.NaN;
    const retries = of('retried').map((message) => Math.abs(began(message, 2) - began(message, 1) - RETRY_MS));
    const deadlines = of('late').map((message) => Math.abs((endedAt(message) ?? Infinity) - sentAt(message) - DEADLINE_MS));
    const wrong = of('late').filter(({ sightings }) => sightings[0]?.outcome !== 'expired');
    const instances = new Set(small.runs.notes.filter(({ instance }) => instance.startsWith('skewed')).map(({ instance }) => instance));
    await small.crew.stop(names);
    return {
      figures: [
        ...promises(judgement),
        atMost('retries off by', Math.max(...retries) / 1_000, 2 * slack, ' s'),
        atMost('deadlines off by', Math.max(...deadlines) / 1_000, 2 * slack, ' s'),
        atMost('late messages that did not expire', wrong.length, 0),
        atLeast('workers with a wrong clock that took part', instances.size, 2),
      ],
      details: { retries, deadlines, ...detailsOf(judgement) },
    };
  },
};
