import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from './database.js';
import { createShopServer, listen, stop } from './server.js';

let url = '';
let close: () => Promise<void>;

async function start(file: string): Promise<void> {
  const database = openDatabase(file);
  const server = createShopServer(database);
  url = await listen(server, '127.0.0.1', 0);
  close = async () => {
    server.closeAllConnections();
    await stop(server);
    database.close();
  };
}

beforeEach(() => start(':memory:'));
afterEach(() => close());

type Body = Record<string, unknown>;
const ask = async (method: string, path: string, body?: unknown, key?: string): Promise<{ status: number; body: Body }> => {
  const response = await fetch(`${url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }), headers: key === undefined ? {} : { 'idempotency-key': key } });
  return { status: response.status, body: (await response.json()) as Body };
};
const statusOf = async (id: string): Promise<unknown> => (await ask('GET', `/orders/${id}`)).body['status'];

describe('the sample orders', () => {
  it.each([
    [1, 'unpaid'], [6, 'unpaid'], [7, 'paid'], [18, 'paid'], [19, 'shipped'], [30, 'shipped'], [31, 'delivered'], [52, 'delivered'], [53, 'cancelled'], [56, 'cancelled'], [57, 'refunded'], [60, 'refunded'],
  ])('has HG%i in the state %s', async (number, status) => {
    expect(await statusOf(`HG${20_260_000 + number}`)).toBe(status);
  });

  it('are 60, and the same on every start', async () => {
    const all = async (): Promise<Body[]> => Promise.all(Array.from({ length: 60 }, async (_, index) => (await ask('GET', `/orders/HG${20_260_001 + index}`)).body));
    const before = await all();
    await close();
    await start(':memory:');
    expect(await all()).toEqual(before);
    expect((await ask('GET', '/orders/HG20260061')).status).toBe(404);
  });

  it('add up, and shipping is free from 99 yuan', async () => {
    for (let number = 1; number <= 60; number++) {
      const { body } = await ask('GET', `/orders/HG${20_260_000 + number}`);
      const goods = (body['items'] as { price: number; quantity: number }[]).reduce((sum, item) => sum + item.price * item.quantity, 0);
      expect(body['total']).toBe(goods + (goods >= 99 ? 0 : 8));
    }
  });

  it.each(['hg20260020', 'HG 2026 0020', 'HG-2026-0020', 'ＨＧ２０２６００２０', '20260020'])('are found by %s', async (id) => {
    expect((await ask('GET', `/orders/${encodeURIComponent(id)}`)).body).toMatchObject({ id: 'HG20260020', carrierEn: 'YTO Express' });
  });
});

describe('refunds', () => {
  it.each(['HG20260007', 'HG20260019', 'HG20260031', 'HG20260044'])('refunds %s once', async (id) => {
    const { body } = await ask('GET', `/orders/${id}`);
    expect(await ask('POST', `/orders/${id}/refunds`, { reason: 'unwanted' })).toMatchObject({ status: 201, body: { orderId: id, amount: body['total'] } });
    expect(await statusOf(id)).toBe('refunded');
    expect(await ask('POST', `/orders/${id}/refunds`, { reason: 'unwanted' })).toMatchObject({ status: 409, body: { error: 'already_refunded' } });
  });

  it.each([
    ['HG20260001', 409, 'not_refundable'],
    ['HG20260047', 409, 'not_refundable'],
    ['HG20260053', 409, 'not_refundable'],
    ['HG20260057', 409, 'already_refunded'],
    ['HG20269999', 404, 'order_not_found'],
  ])('refuses %s with %i %s', async (id, status, error) => {
    expect(await ask('POST', `/orders/${id}/refunds`, {})).toMatchObject({ status, body: { error } });
  });
});

describe('a new address', () => {
  it('is taken before shipment', async () => {
    expect(await ask('PUT', '/orders/HG20260008/address', { address: '南京市鼓楼区中山路 1 号' })).toMatchObject({ status: 200 });
    expect((await ask('GET', '/orders/HG20260008')).body['address']).toBe('南京市鼓楼区中山路 1 号');
  });

  it.each([
    ['HG20260019', { address: '南京市鼓楼区中山路 1 号' }, 409, 'already_shipped'],
    ['HG20269999', { address: '南京市鼓楼区中山路 1 号' }, 404, 'order_not_found'],
    ['HG20260008', { address: '路' }, 400, 'body_invalid'],
  ])('is refused for %s: %j', async (id, body, status, error) => {
    expect(await ask('PUT', `/orders/${id}/address`, body)).toMatchObject({ status, body: { error } });
  });
});

describe('invoices', () => {
  it('are made out once for a delivered order', async () => {
    expect(await ask('POST', '/orders/HG20260047/invoices', { type: 'ordinary', title: '个人' })).toMatchObject({ status: 201, body: { invoiceId: 'IN20260047' } });
    expect(await ask('POST', '/orders/HG20260047/invoices', { type: 'ordinary', title: '个人' })).toMatchObject({ status: 409, body: { error: 'already_invoiced' } });
  });

  it('need a tax id where they are special ones', async () => {
    expect(await ask('POST', '/orders/HG20260031/invoices', { type: 'special', title: '海港贸易有限公司' })).toMatchObject({ status: 400, body: { error: 'body_invalid' } });
    expect(await ask('POST', '/orders/HG20260031/invoices', { type: 'special', title: '海港贸易有限公司', taxId: '91310115MA1K4B2C3D' })).toMatchObject({ status: 201 });
  });

  it.each([
    ['HG20260020', 'not_delivered'],
    ['HG20260045', 'already_invoiced'],
    ['HG20260051', 'invoice_period_over'],
  ])('are refused for %s: %s', async (id, error) => {
    expect(await ask('POST', `/orders/${id}/invoices`, { type: 'ordinary', title: '个人' })).toMatchObject({ status: 409, body: { error } });
  });
});

describe('stock', () => {
  it('tells what is there, and when more comes', async () => {
    expect((await ask('GET', '/stock/k2')).body).toMatchObject({ sku: 'K2', price: 199, available: true });
    expect((await ask('GET', '/stock/S1')).body).toMatchObject({ available: false, restockOn: '2026-12-05' });
    expect(await ask('GET', '/stock/Z9')).toMatchObject({ status: 404, body: { error: 'product_not_found' } });
  });
});

describe('a write with a key', () => {
  it('has one effect and one answer, however often and at once it is sent', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('POST', '/orders/HG20260032/refunds', { reason: 'quality' }, 'r1.refund.4')));
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });

  it('keeps a refusal, too', async () => {
    expect((await ask('POST', '/orders/HG20260057/refunds', {}, 'k')).body['error']).toBe('already_refunded');
    expect((await ask('POST', '/orders/HG20260057/refunds', {}, 'k')).body['error']).toBe('already_refunded');
  });

  it('is refused for another request', async () => {
    await ask('POST', '/orders/HG20260033/refunds', {}, 'k');
    expect(await ask('POST', '/orders/HG20260034/refunds', {}, 'k')).toMatchObject({ status: 422, body: { error: 'idempotency_mismatch' } });
    expect(await statusOf('HG20260034')).toBe('delivered');
  });

  it('is forgotten with everything else on reset', async () => {
    await ask('POST', '/orders/HG20260033/refunds', {}, 'k');
    expect((await ask('POST', '/reset')).status).toBe(200);
    expect(await statusOf('HG20260033')).toBe('delivered');
    expect((await ask('POST', '/orders/HG20260034/refunds', {}, 'k')).status).toBe(201);
  });

  it('is remembered after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shop-'));
    const file = join(folder, 'shop.sqlite');
    await close();
    await start(file);
    const first = await ask('POST', '/orders/HG20260035/refunds', {}, 'k');
    await close();
    await start(file);
    expect(await ask('POST', '/orders/HG20260035/refunds', {}, 'k')).toEqual(first);
    expect((await ask('POST', '/orders/HG20260035/refunds', {}, 'other')).body['error']).toBe('already_refunded');
    rmSync(folder, { recursive: true });
  });
});

describe('the edge', () => {
  it.each([
    ['GET', '/nowhere', undefined, 404, 'route_not_found'],
    ['GET', '/orders/%E0%A4%A', undefined, 404, 'route_not_found'],
    ['DELETE', '/orders/HG20260001', undefined, 405, 'method_not_allowed'],
    ['POST', '/orders/HG20260031/refunds', 'x'.repeat(20_000), 400, 'body_invalid'],
  ])('answers %s %s with its name', async (method, path, body, status, error) => {
    expect(await ask(method, path, body)).toMatchObject({ status, body: { error } });
  });

  it('answers a body that is no JSON', async () => {
    const response = await fetch(`${url}/orders/HG20260031/refunds`, { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
  });
});

describe('the process', () => {
  it('says where it listens, and ends on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shop-'));
    const child = spawn(process.execPath, [`--import=${new URL('__fixtures__/resolve-sources.mjs', import.meta.url).href}`, new URL('main.ts', import.meta.url).pathname], {
      env: { ...process.env, PORT: '0', DATABASE_FILE: join(folder, 'deep', 'shop.sqlite') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const entry = JSON.parse(line) as { event: string; url: string };
    expect(entry.event).toBe('listening');
    expect((await fetch(`${entry.url}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  });
});
