import { lookup } from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AddressRefused, literalKind } from '@switchyard/config';
import { serve, type Served } from '@switchyard/testing';
import { createGuardedFetch } from './guarded-fetch.js';

// Only the resolver: no name of a test leads outside.
vi.mock(import('node:dns'), async (original) => ({ ...(await original()), lookup: vi.fn<typeof lookup>() as unknown as typeof lookup }));
const names = new Map<string, string[]>();
vi.mocked(lookup).mockImplementation(((host: string, _options: object, callback: (error: Error | null, addresses: object[]) => void) => {
  const found = names.get(host);
  if (found) callback(null, found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  else callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
}) as unknown as typeof lookup);
const servers: Served[] = [];
afterEach(async () => {
  names.clear();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
async function open(...given: Parameters<typeof serve>): Promise<string> {
  const server = await serve(...given);
  servers.push(server);
  return server.url;
}

const causeOf = async (asked: Promise<unknown>): Promise<unknown> => asked.then(() => undefined, (error: unknown) => (error instanceof AddressRefused ? error : (error as Error).cause));

describe('the addresses that a tool may reach', () => {
  it.each(['http://127.0.0.1:1/', 'http://2130706433/', 'http://0x7f.1/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://localhost/', 'http://x.localhost/', 'http://192.168.1.1/'])('does not reach %s unless it is allowed', async (url) => {
    expect(await causeOf(createGuardedFetch('public')(url, {}))).toBeInstanceOf(AddressRefused);
  });

  it.each(['http://169.254.169.254/latest/meta-data', 'http://[fe80::1]/', 'http://0.0.0.0/', 'http://224.0.0.1/'])('never reaches %s', async (url) => {
    expect(await causeOf(createGuardedFetch('private')(url, {}))).toBeInstanceOf(AddressRefused);
  });

  it('does not reach a name that leads to a private address, or to one among public ones', async () => {
    names.set('shop.example', ['10.0.0.5']).set('mixed.example', ['93.184.216.34', '127.0.0.1']).set('meta.example', ['169.254.169.254']);
    const fetch = createGuardedFetch('public');
    for (const host of ['shop.example', 'mixed.example', 'meta.example']) expect(await causeOf(fetch(`http://${host}/`, {}))).toBeInstanceOf(AddressRefused);
    expect(await causeOf(createGuardedFetch('private')('http://meta.example/', {}))).toBeInstanceOf(AddressRefused);
  });

  it('looks the name up for the connection itself, so that a second answer cannot lead elsewhere', async () => {
    const url = new URL(await open((_request, response) => void response.end('"yes"')));
    names.set('shop.example', ['127.0.0.1']);
    const calls = vi.mocked(lookup).mock.calls.length;
    const response = await createGuardedFetch('private')(`http://shop.example:${url.port}/`, {});
    expect(await response.text()).toBe('"yes"');
    expect(vi.mocked(lookup).mock.calls.length - calls).toBe(1);
  });

  it('does not follow a redirect', async () => {
    const url = await open((_request, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end());
    expect((await createGuardedFetch('private')(url, {})).status).toBe(302);
  });

  it('tells what a URL names by itself', () => {
    expect(literalKind('https://shop.example/x')).toBeUndefined();
    expect(literalKind('https://8.8.8.8/')).toBe('public');
  });
});
