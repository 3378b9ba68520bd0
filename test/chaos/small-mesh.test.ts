import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSmallMeshOnRedis } from './catalogue.ts';
import type { SmallMesh } from './rigs/small-mesh.ts';
import { blockLoop } from './scenarios/block-loop.ts';
import { cutPowerUnderLoad } from './scenarios/cut-power.ts';
import { dieAtPlaces } from './scenarios/die-at-places.ts';
import { loseMaster } from './scenarios/lose-master.ts';
import { poisonJob } from './scenarios/poison-job.ts';
import { skewClock } from './scenarios/skew-clock.ts';
import { wakeZombie } from './scenarios/wake-zombie.ts';
import { unmet } from './short-round.ts';

describe('tiers that do what the messages say', () => {
  let rig: SmallMesh;
  beforeAll(async () => {
    rig = await openSmallMeshOnRedis(() => undefined);
  });
  afterAll(async () => {
    await rig?.close();
  });

  // They wait most of the time, and each has queues of its own.
  describe.concurrent('which', () => {
    it('contain a message that kills its process, and let no other pay for it', async ({ expect }) => {
      expect(await unmet(poisonJob, rig, 10)).toEqual([]);
    });
    it('do nothing twice when a frozen process wakes up', async ({ expect }) => {
      expect(await unmet(wakeZombie, rig, 10)).toEqual([]);
    });
    it('do nothing twice when an event loop was blocked', async ({ expect }) => {
      expect(await unmet(blockLoop, rig, 10)).toEqual([]);
    });
  });

  it.skipIf(skewClock.impossible?.())('keep deadlines and waits where clocks are wrong', async () => {
    expect(await unmet(skewClock, rig, 10)).toEqual([]);
  });
});

describe('a mesh whose machines fail', () => {
  it('loses nothing wherever processes die', async () => {
    expect(await unmet(dieAtPlaces, undefined, 8)).toEqual([]);
  });
  it.skipIf(cutPowerUnderLoad.impossible?.())('loses nothing in a power cut where it is durable', async () => {
    expect(await unmet(cutPowerUnderLoad, undefined, 8)).toEqual([]);
  });
  it('goes on with another master when it loses one', async () => {
    expect(await unmet(loseMaster, undefined, 10)).toEqual([]);
  });
});
