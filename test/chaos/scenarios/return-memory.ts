import { createRedis } from '@switchyard/queue';
import { waitFor } from '@switchyard/testing';
import type { Redis } from 'ioredis';
import { openLoop } from '../../load/open-loop.ts';
import { isBounded, readKeys, type KeySort } from '../check/read-keys.ts';
import { Ledger } from '../client/ledger.ts';
import { MEAN_LINES, planConversations } from '../client/plan-conversations.ts';
import { writeLikeACustomer } from '../client/write-like-a-customer.ts';
import { openWholeMesh } from '../rigs/whole-mesh.ts';
import { atMost, told, type Scenario } from './scenario.ts';

const RETENTION_SECONDS = 8;
const DEADLINE_MS = 5_000;
const PER_SECOND = 20;
/** Noise of an allocator, of buffers of connections, and of what a few idle processes write. */
const NOISE_BYTES = 512 * 1_024;

/** Kept for a day or up to a length, whatever the retention of requests is. */
const isKeptLonger = ({ sort, type }: KeySort): boolean => type === 'stream' || /:(?:sent|spend|idem)\b/.test(sort);

export const returnMemory: Scenario<undefined> = {
  name: 'return-memory',
  title: 'what Redis holds goes back to its level when requests are past their retention',
  run: async (_none, { chance, seconds, say, isLong }) => {
    const whole = await openWholeMesh({ retentionSeconds: RETENTION_SECONDS, instances: {}, say });
    const { mesh, door } = whole;
    const redis = createRedis(whole.redis.url, 'patient', 'chaos:keys') as Redis;
    try {
      await redis.connect();
      const levels: number[] = [];
      let sorts: KeySort[] = [];
      let sent = 0;
      for (let batch = 0; batch < (isLong ? 4 : 2); batch++) {
        const conversation = planConversations({ site: mesh.site, chance: chance.fork(`batch-${batch}`), name: `memory-${batch}`, deadlineMs: DEADLINE_MS, more: { isKeyless: true } });
        const ledger = new Ledger();
        await openLoop(PER_SECOND / MEAN_LINES, seconds, (index) => writeLikeACustomer({ door, ledger, onRefused: 'again' }, conversation(index)));
        sent += ledger.messages.length;
        sorts = await waitFor(async () => {
          const read = await readKeys(redis);
          return read.some(({ sort }) => /:(?:req|conv|lane):/.test(sort)) ? undefined : read;
        }, 3 * (RETENTION_SECONDS * 1_000 + DEADLINE_MS), 1_000);
        const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0);
        levels.push(used - sorts.filter(isKeptLonger).reduce((sum, { bytes }) => sum + bytes, 0));
        say(`after ${sent} messages: ${Math.round((levels.at(-1) ?? 0) / 1_024)} KiB besides what is kept longer`);
      }
      const unbounded = sorts.filter((sort) => sort.withoutExpiry > 0 && !isBounded(sort));
      return {
        figures: [
          atMost('memory grew from the first batch to the last by', ((levels.at(-1) ?? 0) - (levels[0] ?? 0)) / 1_024, NOISE_BYTES / 1_024, ' KiB'),
          atMost('sorts of keys without an expiry or a bound', unbounded.length, 0),
          told('messages', sent),
          told('sorts of keys', sorts.length),
        ],
        details: { levels, unbounded, sorts },
      };
    } finally {
      redis.disconnect();
      await whole.close();
    }
  },
};
