import { waitFor } from '@switchyard/testing';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { FaultLog } from '../faults/fault.ts';
import { freezeTier } from '../faults/process-faults.ts';
import type { SmallMesh } from '../rigs/small-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atLeast, told, type Scenario } from './scenario.ts';

const TIERS = ['frozen-1', 'frozen-2'] as const;
/** Longer than a lock (5 s) and the time until somebody looks (2.5 s), with room for a slow machine. */
const FREEZE_MS = 12_000;
/** So that its runs are over the moment it wakes up. */
const HOLD_MS = 3_000;
const IN_HAND = 3;
const WITHIN_MS = 30_000;

export const wakeZombie: Scenario<SmallMesh> = {
  name: 'wake-zombie',
  title: 'a process is frozen for longer than its locks last, and then goes on as if nothing had been',
  run: async (small, { chance, say }) => {
    await small.start(...TIERS.map((name) => ({ name, role: 'retrieval' }) as const));
    const freeze = freezeTier(small.crew, TIERS[0], FREEZE_MS);
    const of = (kind: 'begin' | 'end') => small.runs.notes.filter((note) => note.instance === TIERS[0] && note.kind === kind && note.run === 1);
    const inHand = () => of('begin').filter(({ requestId }) => !of('end').some((end) => end.requestId === requestId)).map(({ requestId }) => requestId);
    let asleep: readonly string[] = [];
    const wokenUp = () => of('end').filter(({ requestId }) => asleep.includes(requestId));
    const conversationOf = (index: number): string => `zombie-${chance.seed}-${index}`;
    // Not before it has something in hand; what that is, its effect at the shop included, is done by the other one meanwhile.
    const whenBusy = { ...freeze, strike: async () => {
      await waitFor(() => inHand().length >= IN_HAND, WITHIN_MS);
      asleep = inHand();
      await freeze.strike();
      await waitFor(() => wokenUp().length >= asleep.length, WITHIN_MS).catch(() => undefined);
    } };
    const judgement = await runUnderFaults({
      ...small,
      load: { perSecond: 4, seconds: 4, conversation: (index) => scriptedConversation(conversationOf(index), scripted(`to:retrieval effect hold@1=${HOLD_MS}`), scripted('to:retrieval work=20', { atOnce: true })) },
      faults: [{ afterMs: 0, fault: whenBusy }],
      log: new FaultLog(say),
      effects: small.shop.effects,
      notes: small.runs.notes,
    });
    await small.crew.stop(TIERS);
    return {
      figures: [...promises(judgement), atLeast('runs that went on when they woke up', wokenUp().length, 1), atLeast('jobs that another process had taken over', judgement.repeated, 1), told('slowest, ms', judgement.latency.maxMs)],
      details: detailsOf(judgement),
    };
  },
};
