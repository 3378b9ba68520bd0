import { hasCompiler, startPowerCutRedis, type PowerCutRedis } from '@switchyard/testing';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { FaultLog, type Fault } from '../faults/fault.ts';
import { openSmallMesh } from '../rigs/small-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atLeast, told, type Scenario } from './scenario.ts';

const OFF_MS = 500;
const BEFORE_MS = 3_000;

const cutPower = (redis: PowerCutRedis, lost: number[]): Fault => ({
  name: 'cut the power of Redis; it comes back with what its disk had',
  strike: async () => {
    lost.push((await redis.cutPower()).lostBytes);
    await new Promise((resolve) => setTimeout(resolve, OFF_MS));
    await redis.restart();
  },
});

export const cutPowerUnderLoad: Scenario<undefined> = {
  name: 'cut-power',
  title: 'the power of Redis is cut under a durable mesh',
  impossible: () => (hasCompiler() ? undefined : 'no C compiler for the shim that records what was synced'),
  run: async (_none, { chance, seconds, say, isLong }) => {
    const redis = await startPowerCutRedis({ appendfsync: 'always' });
    const lasts = Math.max(seconds, 8);
    const cuts = isLong ? Math.max(1, Math.floor(lasts / 15)) : 1;
    const lost: number[] = [];
    const small = await openSmallMesh({ redisUrl: redis.url, environment: { DURABILITY: 'durable' }, say }).catch(async (error: unknown) => {
      await redis.stop();
      throw error;
    });
    try {
      await small.start({ name: 'front', role: 'dispatcher' }, { name: 'back', role: 'worker' });
      const judgement = await runUnderFaults({
        ...small,
        load: { perSecond: 20, seconds: lasts, conversation: (index) => scriptedConversation(`power-${chance.seed}-${index}`, scripted('effect work=20'), ...(index % 5 === 0 ? [scripted('work=20')] : [])) },
        faults: Array.from({ length: cuts }, (_, index) => ({ afterMs: BEFORE_MS + (index * (lasts * 1_000 - BEFORE_MS)) / cuts, fault: cutPower(redis, lost) })),
        log: new FaultLog(say),
        effects: small.shop.effects,
        notes: small.runs.notes,
      });
      return { figures: [...promises(judgement), atLeast('power cuts', lost.length, cuts), told('bytes that the disk had not, each time', lost.join(', '))], details: detailsOf(judgement) };
    } finally {
      await small.close();
      await redis.stop();
    }
  },
};
