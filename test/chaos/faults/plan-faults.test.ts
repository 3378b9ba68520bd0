import { expect, it } from 'vitest';
import { Chance } from '@switchyard/testing';
import { planKills, planMix } from './plan-faults.ts';

const mesh = { processes: () => [], kill: () => undefined };
const redis = { url: '', port: 0, stop: async () => undefined, crash: async () => undefined, restart: async () => undefined, freeze: () => undefined, thaw: () => undefined };
const names = ['gateway-1', 'worker-1', 'worker-2'];
const told = (planned: ReturnType<typeof planMix>): string[] => planned.map(({ afterMs, fault }) => `${afterMs} ${fault.name}`);

it('plans the same faults for the same seed, and others for another', () => {
  const plan = (seed: string) => told(planMix(new Chance(seed), { mesh, redis, names, seconds: 300 }));
  expect(plan('one')).toEqual(plan('one'));
  expect(plan('one')).not.toEqual(plan('two'));
});

it('never does two things to Redis at once', () => {
  const planned = planMix(new Chance('redis'), { mesh, redis, names, seconds: 3_600 });
  const onRedis = planned.flatMap(({ afterMs, fault }) => (fault.name.includes('Redis') ? [{ afterMs, lastsMs: Number(/(\d+) s$/.exec(fault.name)?.[1]) * 1_000 }] : []));
  expect(onRedis.length).toBeGreaterThan(10);
  for (const [index, one] of onRedis.slice(1).entries()) expect(one.afterMs).toBeGreaterThan((onRedis[index]?.afterMs ?? 0) + (onRedis[index]?.lastsMs ?? 0));
});

it('kills one of the names every so often, and none as the load ends', () => {
  const planned = planKills(mesh, names, new Chance(1), { everyMs: 3_000, seconds: 12 });
  expect(planned.map(({ afterMs }) => afterMs)).toEqual([3_000, 6_000, 9_000]);
});

it('draws apart for each part of a plan', () => {
  const chance = new Chance(7);
  const before = chance.fork('load').next();
  chance.next();
  expect(chance.fork('load').next()).toBe(before);
  expect(chance.fork('faults').next()).not.toBe(before);
});
