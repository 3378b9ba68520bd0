import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '@switchyard/testing';
import { NOON } from '../__fixtures__/noon.js';
import { conversationSpendKey, dayOf, spendKey } from '@switchyard/queue';
import { Budget, type ReserveRequest } from './budget.js';
import { costOf, mostCostOf, mostTokensIn } from './price-call.js';

let server: TestRedis;
let connections: Redis[] = [];
beforeAll(async () => {
  server = await startRedis();
  connections = Array.from({ length: 5 }, () => new Redis(server.url));
});
afterAll(async () => {
  for (const connection of connections) connection.disconnect();
  await server.stop();
});
beforeEach(() => redis().flushall());

const redis = (index = 0): Redis => {
  const connection = connections[index % connections.length];
  if (!connection) throw new Error('not connected');
  return connection;
};
const budget = (index = 0): Budget => new Budget(redis(index));
const ask = (change: Partial<ReserveRequest> = {}): ReserveRequest => ({ tenant: 'demo', requestId: 'r1', conversationId: 'c1', amountUsd: 0.1, caps: { perDayUsd: 1 }, nowMs: NOON, heldUntilMs: NOON + 60_000, ...change });
const spent = async (nowMs = NOON): Promise<number> => Number((await redis().get(spendKey('demo', dayOf(nowMs)))) ?? 0);

describe('the budget of a day', () => {
  it('is never exceeded by reservations that are made at once', async () => {
    const made = await Promise.all(Array.from({ length: 500 }, (_, index) => budget(index).reserve(ask({ requestId: `r${index}` }))));
    expect(made.filter((one) => one.granted)).toHaveLength(10);
    expect(await spent()).toBeCloseTo(1, 9);
    expect(Math.max(...made.map((one) => one.spentUsd))).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('is never exceeded while others settle', async () => {
    let most = 0;
    await Promise.all(Array.from({ length: 50 }, async (_, index) => {
      const reservation = await budget(index).reserve(ask({ requestId: `r${index}` }));
      most = Math.max(most, reservation.spentUsd);
      if (reservation.granted) await reservation.settle(0.03);
    }));
    expect(most).toBeLessThanOrEqual(1 + 1e-9);
    const settled = await spent();
    expect(settled).toBeGreaterThanOrEqual(0.3 - 1e-9);
    expect(settled / 0.03).toBeCloseTo(Math.round(settled / 0.03), 6);
  });

  it('holds once for a request, however often its job runs', async () => {
    for (let run = 0; run < 5; run++) expect((await budget(run).reserve(ask({ amountUsd: 0.6 }))).granted).toBe(true);
    expect(await spent()).toBeCloseTo(0.6, 9);
    const last = await budget().reserve(ask({ amountUsd: 0.6 }));
    await last.settle(0.2);
    expect(await spent()).toBeCloseTo(0.2, 9);
  });

  it('takes the real cost in the place of the hold, also where it is higher', async () => {
    await (await budget().reserve(ask())).settle(0.04);
    await (await budget().reserve(ask({ requestId: 'r2' }))).settle(0.25);
    await (await budget().reserve(ask({ requestId: 'r3' }))).settle(0);
    expect(await spent()).toBeCloseTo(0.29, 9);
  });

  it('gets back what a run that died has held, once its call must be over', async () => {
    await budget().reserve(ask({ requestId: 'dead', amountUsd: 0.9 }));
    expect((await budget().reserve(ask({ requestId: 'r2', amountUsd: 0.5, nowMs: NOON + 59_000 }))).granted).toBe(false);
    expect((await budget().reserve(ask({ requestId: 'r2', amountUsd: 0.5, nowMs: NOON + 61_000, heldUntilMs: NOON + 120_000 }))).granted).toBe(true);
    expect(await spent()).toBeCloseTo(0.5, 9);
    expect(await budget().sweep('demo', NOON + 121_000)).toBeCloseTo(0, 9);
  });

  it('counts the cost of a call that ended after its hold was given back', async () => {
    const late = await budget().reserve(ask());
    await budget().sweep('demo', NOON + 61_000);
    await late.settle(0.07);
    expect(await spent()).toBeCloseTo(0.07, 9);
  });

  it('begins anew with the UTC day, and settles on the day of the hold', async () => {
    const midnight = Date.parse('2026-03-02T00:00:00Z');
    const before = await budget().reserve(ask({ amountUsd: 1, nowMs: midnight - 1, heldUntilMs: midnight + 60_000 }));
    expect((await budget().reserve(ask({ requestId: 'r2', amountUsd: 1, nowMs: midnight }))).granted).toBe(true);
    await before.settle(0.5);
    expect([await spent(midnight - 1), await spent(midnight)]).toEqual([0.5, 1]);
  });

  it.each([
    ['nothing may be spent', 0, 0.1, false],
    ['the call costs nothing', 0, 0, true],
    ['the cap is met to the cent', 0.1, 0.1, true],
    ['the call is dearer than the cap', 0.1, 0.11, false],
  ])('decides where %s', async (_title, perDayUsd, amountUsd, granted) => {
    expect((await budget().reserve(ask({ caps: { perDayUsd }, amountUsd }))).granted).toBe(granted);
  });

  it('keeps a refused request from holding anything', async () => {
    await budget().reserve(ask({ amountUsd: 0.5 }));
    expect(await budget().reserve(ask({ amountUsd: 0.5, caps: { perDayUsd: 0.2 } }))).toMatchObject({ granted: false, exceeded: 'day', spentUsd: 0 });
  });

  it('is forgotten after three days', async () => {
    await budget().reserve(ask());
    const key = spendKey('demo', '2026-03-01');
    expect(key).toBe('switchyard:spend:demo:2026-03-01');
    expect(await redis().ttl(key)).toBeGreaterThan(2 * 86_400);
    expect(await redis().ttl(`{${key}}:holds`)).toBeGreaterThan(2 * 86_400);
  });
});

describe('the budget of a conversation', () => {
  const caps = { perDayUsd: 1, perConversationUsd: 0.25 };
  const spentBy = async (conversationId: string): Promise<number> => Number((await redis().hget(conversationSpendKey('demo', '2026-03-01'), conversationId)) ?? 0);

  it('is never exceeded by reservations that are made at once, and leaves the tenant’s to others', async () => {
    const made = await Promise.all(Array.from({ length: 200 }, (_, index) => budget(index).reserve(ask({ requestId: `r${index}`, conversationId: `c ${index % 2}`, caps }))));
    expect(made.filter((one) => one.granted)).toHaveLength(4);
    expect(new Set(made.filter((one) => !one.granted).map(({ exceeded }) => exceeded))).toEqual(new Set(['conversation']));
    expect([await spentBy('c 0'), await spentBy('c 1'), await spent()]).toEqual([0.2, 0.2, expect.closeTo(0.4, 9)]);
    expect((await budget().reserve(ask({ requestId: 'other', conversationId: 'c 2', caps }))).granted).toBe(true);
  });

  it('takes the real cost in the place of the hold, and holds of runs that died come back', async () => {
    await (await budget().reserve(ask({ amountUsd: 0.2, caps }))).settle(0.05);
    await budget().reserve(ask({ requestId: 'dead', amountUsd: 0.2, caps }));
    expect((await budget().reserve(ask({ requestId: 'r2', caps }))).exceeded).toBe('conversation');
    expect(await spentBy('c1')).toBeCloseTo(0.25, 9);
    await budget().sweep('demo', NOON + 61_000);
    expect(await spentBy('c1')).toBeCloseTo(0.05, 9);
    const late = await budget().reserve(ask({ requestId: 'r3', amountUsd: 0.2, caps }));
    await budget().sweep('demo', NOON + 61_000);
    await late.settle(0.07);
    expect(await spentBy('c1')).toBeCloseTo(0.12, 9);
    expect(await spent()).toBeCloseTo(0.12, 9);
  });

  it('is not counted where it has no cap, and forgotten where nothing was spent', async () => {
    await budget().reserve(ask());
    expect(await redis().exists(conversationSpendKey('demo', '2026-03-01'))).toBe(0);
    await (await budget().reserve(ask({ requestId: 'r2', caps }))).settle(0);
    expect(await redis().exists(conversationSpendKey('demo', '2026-03-01'))).toBe(0);
    await budget().reserve(ask({ requestId: 'r3', caps }));
    expect(await redis().ttl(conversationSpendKey('demo', '2026-03-01'))).toBeGreaterThan(2 * 86_400);
  });
});

describe('the price of a call', () => {
  const price = { inputPerMillionUsd: 10, outputPerMillionUsd: 20 };
  it('is that of its tokens', () => expect(costOf(price, 1_000_000, 500_000)).toBe(20));

  it('is at most that of every byte a token, and of the longest answer', () => {
    // 16 around the whole, 16 around the message, 6 bytes.
    expect(mostCostOf(price, { messages: [{ role: 'user', content: '你好' }] }, 100)).toBeCloseTo((38 * 10 + 100 * 20) / 1e6, 12);
  });

  it('has in it what is said of tools, asked of them and answered by them', () => {
    const messages = [{ role: 'user', content: '你好' }] as const;
    const tools = [{ name: 'get', description: 'Gets.', parameters: { type: 'object' } }];
    const calls = [{ id: 'call_1', name: 'get', arguments: { id: '订单' } }];
    const most = mostTokensIn({ messages: [...messages, { role: 'assistant', content: '', toolCalls: calls }, { role: 'tool', content: 'ok', toolCallId: 'call_1', toolName: 'get' }], tools });
    expect(most - mostTokensIn({ messages })).toBe(16 + Buffer.byteLength(JSON.stringify(calls)) + 64 + 16 + 2 + 6 + 1_000 + Buffer.byteLength(JSON.stringify(tools[0])) + 64);
  });
});
