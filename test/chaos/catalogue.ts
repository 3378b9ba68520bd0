import { startRedis } from '@switchyard/testing';
import { openSmallMesh, type SmallMesh } from './rigs/small-mesh.ts';
import { openWholeMesh, type WholeMesh } from './rigs/whole-mesh.ts';
import { abortModel } from './scenarios/abort-model.ts';
import { blockLoop } from './scenarios/block-loop.ts';
import { crashRedisUnderLoad } from './scenarios/crash-redis.ts';
import { cutPowerUnderLoad } from './scenarios/cut-power.ts';
import { dieAtPlaces } from './scenarios/die-at-places.ts';
import { killInTool } from './scenarios/kill-in-tool.ts';
import { killTiers } from './scenarios/kill-tiers.ts';
import { killUploads } from './scenarios/kill-uploads.ts';
import { loseMaster } from './scenarios/lose-master.ts';
import { mixFaults } from './scenarios/mix-faults.ts';
import { noisyTenant } from './scenarios/noisy-tenant.ts';
import { overload } from './scenarios/overload.ts';
import { poisonJob } from './scenarios/poison-job.ts';
import { returnMemory } from './scenarios/return-memory.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { skewClock } from './scenarios/skew-clock.ts';
import { slowReaders } from './scenarios/slow-readers.ts';
import { wakeZombie } from './scenarios/wake-zombie.ts';

export interface Rig {
  close(): Promise<void>;
}

/** What a scenario needs around it. Those of one group share a rig, one after the other. */
export interface Group<Around extends Rig | undefined> {
  readonly open: (say: (line: string) => void) => Promise<Around>;
  readonly scenarios: readonly { readonly scenario: Scenario<Around>; /** Of load, in the long run. */ readonly seconds: (minutes: number) => number }[];
}

const all = (minutes: number): number => minutes * 60;
const upTo = (seconds: number) => (minutes: number): number => Math.min(seconds, minutes * 60);

/** The real tiers. The calm ones come first: they measure what the mesh can do. */
export const wholeMesh: Group<WholeMesh> = {
  open: (say) => openWholeMesh({ say }),
  scenarios: [
    { scenario: abortModel, seconds: upTo(60) },
    { scenario: overload, seconds: upTo(60) },
    { scenario: noisyTenant, seconds: upTo(40) },
    { scenario: killInTool, seconds: upTo(60) },
    { scenario: crashRedisUnderLoad, seconds: upTo(60) },
    { scenario: killTiers, seconds: all },
    { scenario: killUploads, seconds: upTo(120) },
    { scenario: mixFaults, seconds: all },
  ],
};

/** The real gateway, and tiers that do what the messages say. */
export const smallMesh: Group<SmallMesh> = {
  open: openSmallMeshOnRedis,
  scenarios: [
    { scenario: poisonJob, seconds: upTo(60) },
    { scenario: wakeZombie, seconds: upTo(60) },
    { scenario: blockLoop, seconds: upTo(60) },
    { scenario: skewClock, seconds: upTo(60) },
    { scenario: slowReaders, seconds: upTo(20) },
  ],
};

/** Each with a mesh and a Redis of its own. */
export const alone: Group<undefined> = {
  open: async () => undefined,
  scenarios: [
    { scenario: loseMaster, seconds: upTo(60) },
    { scenario: cutPowerUnderLoad, seconds: upTo(120) },
    { scenario: dieAtPlaces, seconds: upTo(120) },
    { scenario: returnMemory, seconds: upTo(120) },
  ],
};

export async function openSmallMeshOnRedis(say: (line: string) => void): Promise<SmallMesh> {
  const redis = await startRedis({ appendfsync: 'everysec' });
  try {
    const small = await openSmallMesh({ redisUrl: redis.url, say });
    const close = async (): Promise<void> => {
      await small.close();
      await redis.stop();
    };
    try {
      await small.start({ name: 'front-1', role: 'dispatcher' }, { name: 'front-2', role: 'dispatcher' });
    } catch (error) {
      await small.close();
      throw error;
    }
    return { ...small, close };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}
