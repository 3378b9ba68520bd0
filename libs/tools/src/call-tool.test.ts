import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { buildToolRequest } from './build-tool-request.js';
import { createToolCaller } from './call-tool.js';
import type { HttpToolDefinition, ToolDefinition } from './tool-definition.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(stops.splice(0).map((stop) => stop()))));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return `http://127.0.0.1:${address.port}`;
}

const base: HttpToolDefinition = {
  name: 'get_order',
  kind: 'http',
  effect: 'read',
  network: 'private',
  method: 'GET',
  url: '${SHOP_URL}/orders/{orderId}',
  headers: { Authorization: 'Bearer ${SHOP_KEY}' },
  arguments: { type: 'object', properties: { orderId: { type: 'string' }, quantity: { type: 'integer' } }, required: ['orderId'], additionalProperties: false },
  result: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
  errors: { 404: 'not_found', 409: 'conflict' },
  timeoutMs: 1_000,
};
const write: HttpToolDefinition = { ...base, name: 'create_refund', effect: 'write', method: 'POST', url: '${SHOP_URL}/refunds' };

const use = (tool: ToolDefinition, url: string, given: Record<string, unknown>, signal = new AbortController().signal) =>
  createToolCaller(new Map([[tool.name, tool]]), { SHOP_URL: url, SHOP_KEY: 'secret' })({ tool: tool.name, arguments: given, idempotencyKey: 'r1.refund.7', signal });

describe('the request of a tool', () => {
  const environment = { SHOP_URL: 'http://shop/api/', SHOP_KEY: 'secret' };
  const build = (change: Partial<HttpToolDefinition>, given: Record<string, unknown>) => buildToolRequest({ ...base, ...change }, given, environment, 'key');

  it('fills in the URL, encoded, and puts the other arguments into the query', () => {
    expect(build({}, { orderId: 'a/b ?#订单', quantity: 2 })).toEqual({
      url: 'http://shop/api/orders/a%2Fb%20%3F%23%E8%AE%A2%E5%8D%95?quantity=2',
      method: 'GET',
      headers: { accept: 'application/json', authorization: 'Bearer secret' },
    });
  });

  it('puts them into the body of a POST, with the key of the effect', () => {
    expect(buildToolRequest(write, { orderId: 'HG1', quantity: 2 }, environment, 'r1.refund.7')).toMatchObject({
      url: 'http://shop/api/refunds',
      headers: { 'idempotency-key': 'r1.refund.7', 'content-type': 'application/json' },
      body: '{"orderId":"HG1","quantity":2}',
    });
  });

  it.each(['', '.', '..', undefined, null, {}])('refuses %j in a URL, which would name something else', (orderId) => {
    expect(() => build({}, { orderId })).toThrow(expect.objectContaining({ code: 'TOOL_ARGUMENTS_INVALID' }));
  });

  it('puts arguments where the tool says', () => {
    const argumentsIn = { tag: 'query', 'X-Trace': 'header', authorization: 'header' } as const;
    expect(buildToolRequest({ ...write, argumentsIn }, { tag: ['a&b', 'c'], 'X-Trace': 't1', authorization: 'Bearer other', quantity: 2 }, environment, 'key')).toMatchObject({
      url: 'http://shop/api/refunds?tag=a%26b&tag=c',
      headers: { 'x-trace': 't1', authorization: 'Bearer secret' },
      body: '{"quantity":2}',
    });
    const whole = { ...write, argumentsIn: { lines: 'body' } } as const;
    expect(buildToolRequest(whole, { lines: [{ sku: 'K2' }] }, environment, 'key').body).toBe('[{"sku":"K2"}]');
    expect(buildToolRequest(whole, {}, environment, 'key').body).toBeUndefined();
    expect(buildToolRequest({ ...whole, method: 'DELETE' }, { lines: 'all', reason: 'x' }, environment, 'key')).toMatchObject({ url: 'http://shop/api/refunds?reason=x', body: '"all"' });
  });

  it.each(['a\r\nX-Admin: 1', 'ü', {}])('refuses %j in a header', (trace) => {
    expect(() => build({ argumentsIn: { trace: 'header' } }, { orderId: 'HG1', trace })).toThrow(expect.objectContaining({ code: 'TOOL_ARGUMENTS_INVALID', field: 'trace' }));
  });

  it('names a variable that is missing, and never takes one from the arguments', () => {
    expect(() => build({ url: '${OTHER}/x' }, {})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field: 'OTHER' }));
    expect(build({}, { orderId: '${SHOP_KEY}' }).url).toBe('http://shop/api/orders/%24%7BSHOP_KEY%7D');
  });
});

describe('calling a tool', () => {
  it('gives its result', async () => {
    const url = await serve((_request, response) => void response.end('{"total": 199}'));
    expect(await use(base, url, { orderId: 'HG1' })).toEqual({ outcome: { ok: true, value: { total: 199 } }, facts: { tool: 'get_order', effect: 'read', status: 200 } });
  });

  it('sends numbers as numbers where the schema asks for them', async () => {
    const bodies: string[] = [];
    const url = await serve((request, response) => void text(request).then((body) => response.end(`{"total": ${bodies.push(body)}}`)));
    await use(write, url, { orderId: 'HG1', quantity: '3' });
    expect(bodies).toEqual(['{"orderId":"HG1","quantity":3}']);
  });

  it.each([
    [404, 'not_found'],
    [409, 'conflict'],
    [403, 'rejected'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [429, 'unavailable'],
  ])('names the error of status %i: %s', async (status, error) => {
    const url = await serve((_request, response) => void response.writeHead(status).end('quoting HG1'));
    const repeated = status >= 500 ? { attempts: 2 } : {};
    expect(await use(base, url, { orderId: 'HG1' })).toEqual({ outcome: { ok: false, error }, facts: { tool: 'get_order', effect: 'read', status, error, ...repeated } });
  });

  it('calls a tool that only reads once more where the server failed, and no other', async () => {
    const calls: string[] = [];
    const url = await serve((request, response) => void response.writeHead(calls.push(request.method ?? '') === 1 ? 502 : 200).end('{"total": 1}'));
    expect(await use(base, url, { orderId: 'HG1' })).toMatchObject({ outcome: { ok: true, value: { total: 1 } }, facts: { attempts: 2 } });
    calls.splice(0);
    expect((await use(write, url, { orderId: 'HG1' })).outcome).toEqual({ ok: false, error: 'unavailable' });
    expect(calls).toEqual(['POST']);
  });

  it('repeats no more than a tenth of the calls, and two at the start', async () => {
    let calls = 0;
    const url = await serve((_request, response) => void response.writeHead(calls++ % 5 === 0 ? 502 : 200).end('{"total": 1}'));
    const call = createToolCaller(new Map([[base.name, base]]), { SHOP_URL: url, SHOP_KEY: 'secret' });
    const { signal } = new AbortController();
    for (let one = 0; one < 50; one++) await call({ tool: base.name, arguments: { orderId: 'HG1' }, idempotencyKey: 'k', signal });
    expect(calls).toBeLessThanOrEqual(50 + 5 + 2);
    expect(calls).toBeGreaterThan(50);
  });

  it('asks a backend in trouble no more, until it is worth a look', async () => {
    let calls = 0;
    const url = await serve((_request, response) => void response.writeHead((calls += 1) > 0 ? 503 : 200).end());
    const call = createToolCaller(new Map([[write.name, write]]), { SHOP_URL: url, SHOP_KEY: 'secret' });
    const { signal } = new AbortController();
    const reports = [];
    for (let one = 0; one < 10; one++) reports.push(await call({ tool: write.name, arguments: { orderId: 'HG1' }, idempotencyKey: 'k', signal }));
    expect(calls).toBe(5);
    expect(reports.at(-1)).toMatchObject({ outcome: { ok: false, error: 'unavailable' }, facts: { detail: 'breaker open' } });
  });

  it('does not start with a tool on a private address that was not allowed', () => {
    expect(() => createToolCaller(new Map([['x', { ...base, network: 'public' }]]), { SHOP_URL: 'http://127.0.0.1:3000', SHOP_KEY: 'secret' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field: 'tools/get_order' }));
  });

  it('does not follow a redirect, which would take the key along', async () => {
    let reached = false;
    const elsewhere = await serve((_request, response) => void response.end(String((reached = true))));
    const url = await serve((_request, response) => void response.writeHead(302, { location: elsewhere }).end());
    expect((await use(base, url, { orderId: 'HG1' })).outcome).toEqual({ ok: false, error: 'rejected' });
    expect(reached).toBe(false);
  });

  it.each([
    ['{"total": "199"}', 'result: /total type'],
    ['<html>', 'result is no JSON'],
    ['', 'result: / type'],
    [`{"total": 1, "pad": "${'x'.repeat(1_000_001)}"}`, 'result too large'],
  ])('takes a result that does not fit for a tool that is not available', async (body, detail) => {
    const url = await serve((_request, response) => void response.end(body));
    expect(await use(base, url, { orderId: 'HG1' })).toMatchObject({ outcome: { ok: false, error: 'unavailable' }, facts: { detail } });
  });

  it('gives up after the time that the site allows', async () => {
    const url = await serve(() => undefined);
    expect(await use({ ...base, timeoutMs: 50 }, url, { orderId: 'HG1' })).toMatchObject({ outcome: { ok: false, error: 'unavailable' }, facts: { detail: 'timeout' } });
  });

  it('is not available when nobody listens', async () => {
    const url = await serve(() => undefined);
    await stops.pop()?.();
    expect(await use(base, url, { orderId: 'HG1' })).toMatchObject({ outcome: { ok: false, error: 'unavailable' }, facts: { detail: 'ECONNREFUSED' } });
  });

  it('ends with the reason of the request when that is cancelled', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const url = await serve(() => controller.abort(reason));
    await expect(use(base, url, { orderId: 'HG1' }, controller.signal)).rejects.toBe(reason);
  });

  it('calls nobody with arguments that do not fit, and does not quote them', async () => {
    const error: unknown = await use(base, 'http://127.0.0.1:1', { orderId: 'HG1', colour: '13800138000' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TOOL_ARGUMENTS_INVALID', detail: 'get_order: / additionalProperties' });
  });

  it('is refused at start when a schema is none', () => {
    expect(() => createToolCaller(new Map([['x', { ...base, arguments: { type: 'nonsense' } }]]), { SHOP_URL: 'http://127.0.0.1:3000', SHOP_KEY: 'secret' })).toThrow(expect.objectContaining({ code: 'SITE_INVALID' }));
  });
});
