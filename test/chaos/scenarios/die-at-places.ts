import { startRedis } from '@switchyard/testing';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { FaultLog } from '../faults/fault.ts';
import { openSmallMesh } from '../rigs/small-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atLeast, told, type Scenario } from './scenario.ts';

/** Between any two steps that a crash must be able to come between: see `libs/queue/src/failpoint.ts`. */
const PLACES = ['accept.before', 'accept.after', 'job.begin', 'model.before', 'job.end', 'reply.before', 'reply.after', 'tool.after'];
const PROBABILITY = 0.006;
const PER_SECOND = 12;
/** A message that has lost so many processes in a row is given up, as it should be. */
const GIVEN_UP_AFTER = 3;

export const dieAtPlaces: Scenario<undefined> = {
  name: 'die-at-places',
  title: 'processes die between any two steps: before and after a request is stored, a tool called, a reply written',
  run: async (_none, { chance, seconds, say }) => {
    const redis = await startRedis({ appendfsync: 'everysec' });
    // Another seed for each start: with the same one a process would die after as many steps each time.
    const armed = (name: string, start: number): NodeJS.ProcessEnv => ({ FAILPOINTS: `${PLACES.map((place) => `${place}=${PROBABILITY}`).join(',')}@${chance.fork(`${name}.${start}`).below(1_000_000)}` });
    const small = await openSmallMesh({ redisUrl: redis.url, gateways: 2, gatewayEnvironmentOf: armed, say }).catch(async (error: unknown) => {
      await redis.stop();
      throw error;
    });
    try {
      const names = { 'front-1': 'dispatcher', 'front-2': 'dispatcher', 'back-1': 'worker', 'back-2': 'worker' } as const;
      await small.start(...Object.entries(names).map(([name, role]) => ({ name, role, environmentOf: (start: number) => armed(name, start) })));
      const log = new FaultLog(say);
      const judgement = await runUnderFaults({
        ...small,
        load: {
          perSecond: PER_SECOND,
          seconds,
          conversation: (index) => scriptedConversation(`place-${chance.seed}-${index}`, scripted('effect work=20', index % 4 === 0 ? { followBy: 'sse' } : {}), ...(index % 5 === 0 ? [scripted('effect work=20', { atOnce: true }), scripted('work=20')] : [])),
        },
        faults: [],
        log,
        effects: small.shop.effects,
        notes: small.runs.notes,
        isExcused: (_message, steps) => steps.some(({ step, facts }) => step === 'taken_over' && Number(facts['lostWorkers']) >= GIVEN_UP_AFTER),
      });
      const deaths = Map.groupBy(small.crew.deaths, ({ name }) => name.replace(/-\d+$/, ''));
      return {
        figures: [...promises(judgement), atLeast('processes that died', small.crew.deaths.length, 3), told('of them', [...deaths].map(([name, list]) => `${list.length} ${name}`).join(', ')), told('slowest, ms', judgement.latency.maxMs)],
        details: { deaths: small.crew.deaths, ...detailsOf(judgement) },
      };
    } finally {
      await small.close();
      await redis.stop();
    }
  },
};
