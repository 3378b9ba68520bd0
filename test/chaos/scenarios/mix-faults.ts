import { MEAN_LINES, planConversations } from '../client/plan-conversations.ts';
import { FaultLog } from '../faults/fault.ts';
import { planMix } from '../faults/plan-faults.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { told, type Scenario } from './scenario.ts';

const PER_SECOND = 8;
/** Longer than any of the faults and what follows it: what has no answer by then never gets one. */
const DEADLINE_MS = 120_000;

export const mixFaults: Scenario<WholeMesh> = {
  name: 'mix-faults',
  title: 'tiers are killed and frozen, Redis is killed and frozen, at random',
  run: async ({ mesh, door, shop, redis }, { chance, seconds, say }) => {
    const names = mesh.processes().filter(({ tier }) => tier !== 'service').map(({ name }) => name).toSorted();
    const judgement = await runUnderFaults({
      door,
      load: { perSecond: PER_SECOND / MEAN_LINES, seconds, conversation: planConversations({ site: mesh.site, chance: chance.fork('load'), name: `mix-${chance.seed}`, deadlineMs: DEADLINE_MS }) },
      faults: planMix(chance.fork('faults'), { mesh, redis, names, seconds }),
      log: new FaultLog(say),
      effects: shop.effects,
    });
    return {
      figures: [...promises(judgement), told('slowest recovery, s', judgement.slowestRecoveryMs / 1_000), told('requests with a step that ran again', judgement.repeated), told('ends without a line in the record', judgement.unrecorded.length)],
      details: detailsOf(judgement),
    };
  },
};
