import { afterEach, describe, expect, it } from 'vitest';
import type { ToolReport } from '@switchyard/contracts';
import { startMcpShop, type McpShop } from './__fixtures__/mcp-shop.js';
import { createToolCaller } from './call-tool.js';
import type { McpToolDefinition } from './tool-definition.js';

const shops: McpShop[] = [];
afterEach(async () => void (await Promise.all(shops.splice(0).map((shop) => shop.stop()))));

async function open(options: Parameters<typeof startMcpShop>[0] = {}): Promise<McpShop> {
  const shop = await startMcpShop(options);
  shops.push(shop);
  return shop;
}

const base: McpToolDefinition = {
  name: 'track_parcel',
  kind: 'mcp',
  tool: 'track',
  server: '${PARCEL_URL}',
  effect: 'read',
  network: 'private',
  headers: { Authorization: 'Bearer ${PARCEL_KEY}' },
  arguments: { type: 'object', properties: { parcel: { type: 'string' } }, additionalProperties: false },
  result: { type: 'object', required: ['place'], properties: { place: { type: 'string' } } },
  timeoutMs: 2_000,
};

function callerOf(url: string, change: Partial<McpToolDefinition> = {}): (given: Record<string, unknown>, signal?: AbortSignal) => Promise<ToolReport> {
  const tool = { ...base, ...change };
  const call = createToolCaller(new Map([[tool.name, tool]]), { PARCEL_URL: url, PARCEL_KEY: 'secret' });
  return (given, signal = new AbortController().signal) => call({ tool: tool.name, arguments: given, idempotencyKey: 'r1.parcel.3', signal });
}

describe('a tool of an MCP server', () => {
  it('gives the data of the tool, and sends the headers of the site', async () => {
    const shop = await open();
    expect(await callerOf(shop.url)({ parcel: 'P1' })).toEqual({ outcome: { ok: true, value: { place: 'depot of P1' } }, facts: { tool: 'track_parcel', effect: 'read' } });
    expect(new Set(shop.authorizations)).toEqual(new Set(['Bearer secret']));
  });

  it('connects once for many calls', async () => {
    const shop = await open();
    const call = callerOf(shop.url);
    await call({ parcel: 'P1' });
    const before = shop.authorizations.length;
    await Promise.all(['P2', 'P3', 'P4'].map((parcel) => call({ parcel })));
    expect(shop.authorizations.length - before).toBe(3);
  });

  it('reads text that is JSON', async () => {
    const shop = await open();
    expect((await callerOf(shop.url, { tool: 'describe' })({})).outcome).toEqual({ ok: true, value: { place: 'as text' } });
  });

  it('sends the key of an effect, the same for every run of the step', async () => {
    const shop = await open();
    const call = callerOf(shop.url, { tool: 'hold', effect: 'write' });
    await call({ parcel: 'P1' });
    const { facts } = await call({ parcel: 'P1' });
    expect(shop.keys).toEqual(['r1.parcel.3', 'r1.parcel.3']);
    expect(facts).toMatchObject({ effect: 'write', idempotencyKey: 'r1.parcel.3' });
  });

  it('takes an error of the tool, and a tool that is not there, for a refusal', async () => {
    const shop = await open();
    expect((await callerOf(shop.url)({ parcel: 'LOST' })).outcome).toEqual({ ok: false, error: 'rejected' });
    const { outcome, facts } = await callerOf(shop.url, { tool: 'no_such_tool' })({});
    expect(outcome).toEqual({ ok: false, error: 'rejected' });
    expect(facts['detail']).toMatch(/^mcp -326/);
  });

  it('is unavailable where the result does not fit its schema', async () => {
    const shop = await open();
    const { outcome, facts } = await callerOf(shop.url, { result: { type: 'object', required: ['weight'] } })({ parcel: 'P1' });
    expect(outcome).toEqual({ ok: false, error: 'unavailable' });
    expect(facts['detail']).toBe('result: / required');
  });

  it('ends at its timeout, and with the job', async () => {
    const shop = await open();
    expect((await callerOf(shop.url, { tool: 'wait', timeoutMs: 300 })({})).facts).toMatchObject({ error: 'unavailable', detail: 'timeout' });
    const abort = new AbortController();
    const call = callerOf(shop.url, { tool: 'wait', timeoutMs: 20_000 })({}, abort.signal);
    abort.abort(new Error('superseded'));
    await expect(call).rejects.toThrow('superseded');
  });

  it('ends alone: another call on the same connection goes on', async () => {
    const shop = await open({ slowMs: 600 });
    const tools = [{ ...base, name: 'slow', tool: 'slow', timeoutMs: 5_000 }, { ...base, name: 'wait', tool: 'wait', timeoutMs: 200 }];
    const call = createToolCaller(new Map(tools.map((tool) => [tool.name, tool])), { PARCEL_URL: shop.url, PARCEL_KEY: 'secret' });
    const { signal } = new AbortController();
    const slow = call({ tool: 'slow', arguments: {}, idempotencyKey: 'k', signal });
    expect((await call({ tool: 'wait', arguments: {}, idempotencyKey: 'k', signal })).facts).toMatchObject({ detail: 'timeout' });
    expect((await slow).outcome).toEqual({ ok: true, value: { place: 'at last' } });
  });

  it('is unavailable while the server is away, and connects anew when it is back', async () => {
    const shop = await open();
    const call = callerOf(shop.url);
    expect((await call({ parcel: 'P1' })).outcome.ok).toBe(true);
    await shops.pop()?.stop();
    expect((await call({ parcel: 'P1' })).facts).toMatchObject({ error: 'unavailable', detail: 'ECONNREFUSED' });
    await open({ port: Number(new URL(shop.url).port) });
    expect((await call({ parcel: 'P1' })).outcome).toEqual({ ok: true, value: { place: 'depot of P1' } });
  });

  it('is unavailable where the server answers 503, and rejected where it answers 401', async () => {
    const busy = await open({ answer: () => 503 });
    expect((await callerOf(busy.url)({ parcel: 'P1' })).outcome).toEqual({ ok: false, error: 'unavailable' });
    const locked = await open({ answer: () => 401 });
    expect((await callerOf(locked.url)({ parcel: 'P1' })).outcome).toEqual({ ok: false, error: 'rejected' });
  });

  it('refuses a server on a private address that was not allowed', () => {
    expect(() => callerOf('http://127.0.0.1:1/mcp', { network: 'public' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field: 'tools/track_parcel' }) as Error);
  });
});
