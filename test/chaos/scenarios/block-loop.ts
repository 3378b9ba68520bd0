import { waitFor } from '@switchyard/testing';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { FaultLog } from '../faults/fault.ts';
import type { SmallMesh } from '../rigs/small-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atLeast, told, type Scenario } from './scenario.ts';

const TIERS = ['blocked-1', 'blocked-2'] as const;
/** Twice a lock. */
const BLOCK_MS = 10_000;
const WITHIN_MS = 60_000;

export const blockLoop: Scenario<SmallMesh> = {
  name: 'block-loop',
  title: 'the event loop of a process is blocked for twice as long as its locks last',
  run: async (small, { chance, say }) => {
    await small.start(...TIERS.map((name) => ({ name, role: 'expert' }) as const));
    const blockingIn = `block-${chance.seed}-4`;
    const ends = () => small.runs.notes.filter(({ conversationId, kind }) => conversationId === blockingIn && kind === 'end');
    const judgement = await runUnderFaults({
      ...small,
      load: { perSecond: 4, seconds: 6, conversation: (index) => scriptedConversation(`block-${chance.seed}-${index}`, index === 4 ? scripted(`to:expert effect block@1=${BLOCK_MS}`, { kind: 'blocking' }) : scripted('to:expert work=300')) },
      // Over when both have done it: the one that took it over, and the blocked one when it can go on.
      faults: [{ afterMs: 1_000, fault: { name: `block an event loop for ${BLOCK_MS / 1_000} s`, strike: async () => void (await waitFor(() => ends().length >= 2, WITHIN_MS)) } }],
      log: new FaultLog(say),
      effects: small.shop.effects,
      notes: small.runs.notes,
    });
    const blocking = judgement.ledger.messages.find(({ kind }) => kind === 'blocking');
    await small.crew.stop(TIERS);
    return {
      figures: [...promises(judgement), atLeast('times that the blocking message was done', ends().length, 2), told('slowest, ms', judgement.latency.maxMs)],
      details: { blocking: blocking?.sightings, ends: ends(), ...detailsOf(judgement) },
    };
  },
};
