import type { Chance, TestRedis } from '@switchyard/testing';
import type { Fault } from './fault.ts';
import { freezeTier, killTier, type Processes } from './process-faults.ts';
import { crashRedis, freezeRedis } from './redis-faults.ts';

/** A fault, and when it strikes after the load has begun. */
export interface Planned {
  readonly afterMs: number;
  readonly fault: Fault;
}

/** A tier dies every so often: of the names a random one each time. */
export function planKills(mesh: Processes, names: readonly string[], chance: Chance, { everyMs, seconds }: { readonly everyMs: number; readonly seconds: number }): Planned[] {
  return Array.from({ length: Math.max(0, Math.floor((seconds * 1_000) / everyMs) - 1) }, (_, index) => ({ afterMs: (index + 1) * everyMs, fault: killTier(mesh, chance.pick(names)) }));
}

type Sort = 'kill' | 'freeze' | 'crashRedis' | 'freezeRedis';
/** Of a hundred faults. */
const SHARES: Readonly<Record<Sort, number>> = { kill: 60, freeze: 20, crashRedis: 10, freezeRedis: 10 };
const SORTS = Object.entries(SHARES).flatMap(([sort, share]) => Array<Sort>(share).fill(sort as Sort));
const seconds = (chance: Chance, least: number, most: number): number => (least + chance.below(most - least + 1)) * 1_000;

export interface MixOptions {
  readonly mesh: Processes;
  readonly redis: TestRedis;
  readonly names: readonly string[];
  readonly seconds: number;
}

/** Faults of all sorts, some of them at the same time; but Redis has one at a time. */
export function planMix(chance: Chance, { mesh, redis, names, seconds: lasts }: MixOptions): Planned[] {
  const planned: Planned[] = [];
  let redisFreeAt = 0;
  for (let afterMs = 3_000; afterMs < lasts * 1_000; afterMs += Math.round(chance.between(4_000, 12_000))) {
    const sort = chance.pick(SORTS);
    // Drawn in any case, so that what comes later does not depend on it.
    const [tierMs, redisMs, name] = [seconds(chance, 3, 15), seconds(chance, 1, 6), chance.pick(names)];
    if (sort === 'kill' || (sort !== 'freeze' && afterMs < redisFreeAt)) planned.push({ afterMs, fault: killTier(mesh, name) });
    else if (sort === 'freeze') planned.push({ afterMs, fault: freezeTier(mesh, name, tierMs) });
    else {
      planned.push({ afterMs, fault: sort === 'crashRedis' ? crashRedis(redis, redisMs) : freezeRedis(redis, redisMs) });
      redisFreeAt = afterMs + redisMs + 10_000;
    }
  }
  return planned;
}
