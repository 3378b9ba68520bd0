import { MEAN_LINES, planConversations } from '../client/plan-conversations.ts';
import { FaultLog } from '../faults/fault.ts';
import { planKills } from '../faults/plan-faults.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { measureCapacity } from './measure-capacity.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atMost, told, type Scenario } from './scenario.ts';

const EVERY_MS = 3_000;
/** Long enough that nothing expires because of a kill: what has no answer by then never gets one. */
const DEADLINE_MS = 60_000;

export const killTiers: Scenario<WholeMesh> = {
  name: 'kill-tiers',
  title: 'a random tier is killed every 3 s under load',
  run: async ({ mesh, door, shop }, { chance, seconds, say, isLong, load, slack }) => {
    const plan = (name: string) => planConversations({ site: mesh.site, chance: chance.fork(name), name: `kill-${name}-${chance.seed}`, deadlineMs: DEADLINE_MS });
    const names = mesh.processes().filter(({ tier }) => tier !== 'service').map(({ name }) => name).toSorted();
    const kills = planKills(mesh, names, chance.fork('victims-load'), { everyMs: EVERY_MS, seconds });
    const measured = { atOnce: 32, warmUpMs: 4_000, measureMs: isLong ? 24_000 : 6_000 };
    const calm = await measureCapacity(door, { ...measured, conversation: plan('calm') });
    const rate = calm * load;
    say(`it answers ${calm.toFixed(0)} messages/s; offered are ${rate.toFixed(0)}/s for ${seconds} s`);
    const judgement = await runUnderFaults({ door, load: { perSecond: rate / MEAN_LINES, seconds, conversation: plan('load') }, faults: kills, log: new FaultLog(say), effects: shop.effects });
    return {
      figures: [...promises(judgement), atMost('slowest recovery', judgement.slowestRecoveryMs / 1_000, 10 * slack, ' s'), told('requests with a step that ran again', judgement.repeated), told('ends without a line in the record', judgement.unrecorded.length)],
      details: { calm, rate, ...detailsOf(judgement) },
    };
  },
};
