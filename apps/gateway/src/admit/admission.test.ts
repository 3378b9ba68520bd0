import type { MeshLoad, QueueLoad } from '@switchyard/queue';
import type { Tenant } from '@switchyard/site';
import { describe, expect, it } from 'vitest';
import { Admission } from './admission.js';
import { memoryShare } from './read-memory.js';

const idle: QueueLoad = { waiting: 0, active: 0, oldestMs: 0, perSecond: 0, capacityPerSecond: undefined, share: undefined, virtual: 0, finishes: new Map() };
const tenant: Tenant = { id: 'demo', keys: [], collection: 'site', maxOpenBytes: 100_000 };

function open({ memory = 0, usage = new Map(), dispatch = {} }: { memory?: number; usage?: Map<string, number>; dispatch?: Partial<QueueLoad> } = {}): Admission {
  const read: MeshLoad = { dispatch: { ...idle, ...dispatch }, worker: idle, retrieval: idle, expert: idle, ingest: idle, audit: idle, delivery: idle };
  return new Admission({ backlog: { read: async () => read }, memory: { share: async () => memory }, usage: async () => usage, tenants: [tenant], chance: () => 0.5 });
}
const enter = (admission: Admission, lane: 'interactive' | 'normal' | 'bulk' = 'normal', bytes = 1_000): Promise<void> => admission.enter(tenant, { lane, deadlineMs: 10_000, bytes });

describe('Admission', () => {
  it('closes the lanes one after the other as Redis fills, the least urgent first', async () => {
    const closed = async (memory: number): Promise<string[]> => {
      const lanes = ['interactive', 'normal', 'bulk'] as const;
      const results = await Promise.allSettled(lanes.map((lane) => enter(open({ memory }), lane)));
      return lanes.filter((_lane, at) => results[at]?.status === 'rejected');
    };
    expect(await closed(0.69)).toEqual([]);
    expect(await closed(0.75)).toEqual(['bulk']);
    expect(await closed(0.85)).toEqual(['normal', 'bulk']);
    expect(await closed(0.95)).toEqual(['interactive', 'normal', 'bulk']);
    await expect(enter(open({ memory: 0.95 }))).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterMs: 5_000 });
  });

  it('bounds what a tenant has open, those let in since it was counted included', async () => {
    await expect(enter(open({ usage: new Map([['demo', 99_500]]) }))).rejects.toMatchObject({ code: 'TENANT_BACKLOG_FULL' });
    await expect(enter(open({ usage: new Map([['other', 99_500]]) }))).resolves.toBeUndefined();
    const admission = open({ usage: new Map([['demo', 97_500]]) });
    await enter(admission);
    await enter(admission);
    await expect(enter(admission)).rejects.toMatchObject({ code: 'TENANT_BACKLOG_FULL' });
  });

  it('bounds what comes between two measurements of the load', async () => {
    const admission = open({ dispatch: { waiting: 1, capacityPerSecond: 1 } });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => enter(admission, 'interactive')));
    // At one a second, and six seconds to wait: the seventh would be late.
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    const reasons: unknown[] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(reasons).toEqual(reasons.map(() => expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: expect.any(Number) })));
  });
});

describe('memoryShare', () => {
  it('is what is used of what Redis may use', () => {
    expect(memoryShare('used_memory:750\r\nmaxmemory:1000\r\ntotal_system_memory:4000\r\n')).toBe(0.75);
  });

  it('is what is used of the machine where no limit is set', () => {
    expect(memoryShare('used_memory:750\r\nmaxmemory:0\r\ntotal_system_memory:1500\r\n')).toBe(0.5);
    expect(memoryShare('nothing of it')).toBe(0);
  });
});
