import { MEAN_LINES, planConversations } from '../client/plan-conversations.ts';
import { probeTiers } from '../client/probe-tiers.ts';
import { FaultLog, type Fault } from '../faults/fault.ts';
import { crashRedis, freezeRedis } from '../faults/redis-faults.ts';
import { ReaderWatch } from '../rigs/watch-readers.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atMost, told, type Figure, type RunOptions, type Scenario } from './scenario.ts';

/** Few, since those of a whole minute come back at once. */
const PER_SECOND = 6;
const BEFORE_MS = 4_000;
const AFTER_MS = 4_000;
const BACK_WITHIN_MS = 30_000;

/** An outage under load: what is lost, and how long after it each process reads again and each tier takes a job. */
async function outage({ mesh, door, shop }: WholeMesh, watch: ReaderWatch, fault: Fault, lastsMs: number, name: string, { chance, say, slack }: RunOptions): Promise<{ readonly figures: Figure[]; readonly details: unknown }> {
  const log = new FaultLog(say);
  const readers = await watch.seen(1_000);
  const back = Promise.withResolvers<readonly [Awaited<ReturnType<typeof probeTiers>>, Awaited<ReturnType<ReaderWatch['untilAll']>>]>();
  const watched: Fault = {
    name: fault.name,
    strike: async () => {
      await fault.strike();
      void Promise.all([probeTiers(door, name), watch.untilAll(readers, BACK_WITHIN_MS)]).then(back.resolve, back.reject);
    },
  };
  const conversation = planConversations({ site: mesh.site, chance: chance.fork(name), name, deadlineMs: lastsMs + 60_000 });
  const judgement = await runUnderFaults({ door, load: { perSecond: PER_SECOND / MEAN_LINES, seconds: (BEFORE_MS + lastsMs + AFTER_MS) / 1_000, conversation }, faults: [{ afterMs: BEFORE_MS, fault: watched }], log, effects: shop.effects });
  const [probed, read] = await back.promise;
  const returnedAt = log.struck[0]?.until ?? 0;
  const tookAJobMs = Object.fromEntries(probed.map(({ tier, at }) => [tier, at - returnedAt]));
  const slowestMs = Math.max(...['dispatcher', 'worker', 'retrieval', 'expert'].map((tier) => tookAJobMs[tier] ?? Infinity));
  const figures = [
    ...promises(judgement),
    atMost(`until all ${readers.size} readers of queues and streams wait again`, read.missing.length > 0 ? Infinity : read.tookMs / 1_000, 2 * slack, ' s'),
    told('the last of the readers', read.last),
    atMost('until the last tier took a job', slowestMs / 1_000, 2 * slack, ' s'),
    told('slowest recovery, s', judgement.slowestRecoveryMs / 1_000),
  ];
  return { figures: figures.map((figure) => ({ ...figure, name: `${fault.name}: ${figure.name}` })), details: { ...detailsOf(judgement), tookAJobMs, missing: read.missing } };
}

export const crashRedisUnderLoad: Scenario<WholeMesh> = {
  name: 'crash-redis',
  title: 'Redis is killed, frozen, and comes back with what it had written',
  run: async (rig, options) => {
    const { redis } = rig;
    const outages = options.isLong ? [[crashRedis, 3_000], [crashRedis, 20_000], [crashRedis, 60_000], [freezeRedis, 3_000], [freezeRedis, 20_000]] as const : [[crashRedis, 3_000]] as const;
    const watch = await ReaderWatch.open(redis.url);
    try {
      const figures: Figure[] = [];
      const details: Record<string, unknown> = {};
      for (const [index, [make, ms]] of outages.entries()) {
        const fault = make(redis, ms);
        const result = await outage(rig, watch, fault, ms, `redis-${index}-${options.chance.seed}`, options);
        figures.push(...result.figures);
        details[fault.name] = result.details;
      }
      return { figures, details };
    } finally {
      watch.close();
    }
  },
};
