import { requestIdOf } from '../client/ledger.ts';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { FaultLog } from '../faults/fault.ts';
import { listDeadLetters } from '../rigs/list-dead-letters.ts';
import type { SmallMesh } from '../rigs/small-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atLeast, atMost, told, type Scenario } from './scenario.ts';

const WORKERS = ['poisoned-1', 'poisoned-2'] as const;
const MESSAGES = 200;
const PER_SECOND = 20;

export const poisonJob: Scenario<SmallMesh> = {
  name: 'poison-job',
  title: 'one message among 200 kills whatever process takes it',
  run: async (small, { chance, say }) => {
    await small.start(...WORKERS.map((name) => ({ name, role: 'worker' }) as const));
    const poison = MESSAGES / 4 + chance.below(MESSAGES / 4);
    const judgement = await runUnderFaults({
      ...small,
      load: {
        perSecond: PER_SECOND,
        seconds: MESSAGES / PER_SECOND,
        conversation: (index) => scriptedConversation(`poison-${chance.seed}-${index}`, index === poison ? scripted('die', { kind: 'poison' }) : scripted('work=100')),
      },
      faults: [],
      log: new FaultLog(say),
      notes: small.runs.notes,
      isExcused: ({ kind }) => kind === 'poison',
    });
    const deaths = small.crew.deaths.filter(({ name }) => name.startsWith('poisoned'));
    const message = judgement.ledger.messages.find(({ kind }) => kind === 'poison');
    const end = message?.sightings[0];
    const requestId = message ? (requestIdOf(message) ?? '') : '';
    const letters = await listDeadLetters(small, message?.tenant ?? '');
    const found = letters.filter((letter) => letter.requestId === requestId && letter.code === 'ATTEMPTS_EXHAUSTED');
    await small.crew.stop(WORKERS);
    return {
      figures: [
        ...promises(judgement),
        atMost('workers that died', deaths.length, 3),
        atLeast('workers that died, so that it was poison', deaths.length, 1),
        atLeast('it ended as "failed" with ATTEMPTS_EXHAUSTED', end?.outcome === 'failed' && end.code === 'ATTEMPTS_EXHAUSTED' ? 1 : 0, 1),
        atLeast('it lies among the dead letters', found.length, 1),
        told('slowest of the innocent, ms', judgement.latency.maxMs),
      ],
      details: { poison: requestId, end, deaths, ...detailsOf(judgement) },
    };
  },
};
