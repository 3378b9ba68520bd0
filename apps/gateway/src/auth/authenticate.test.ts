import { createHash } from 'node:crypto';
import type { Tenant } from '@switchyard/site';
import { describe, expect, it } from 'vitest';
import { authenticate, readBearer, requireScope } from './authenticate.js';

const hash = (key: string): string => `sha256:${createHash('sha256').update(key).digest('hex')}`;
const tenants: Tenant[] = [
  { id: 'a', collection: 'site', keys: [{ id: 'a1', hash: hash('key-a1'), scopes: ['ask'] }, { id: 'a2', hash: hash('key-a2'), scopes: ['ask', 'operate'] }] },
  { id: 'b', collection: 'site', keys: [{ id: 'b1', hash: hash('key-b1'), scopes: ['knowledge'] }] },
];

describe('authentication', () => {
  it.each([
    ['key-a1', 'a', 'a1'],
    ['key-a2', 'a', 'a2'],
    ['key-b1', 'b', 'b1'],
  ])('finds the tenant of %s', (key, tenant, id) => {
    expect(authenticate(tenants, key)).toMatchObject({ tenant: { id: tenant }, keyId: id });
  });

  it.each(['', 'key-a', 'KEY-A1', hash('key-a1'), hash('key-a1').slice(7)])('does not know the key "%s"', (key) => {
    expect(() => authenticate(tenants, key)).toThrow(expect.objectContaining({ code: 'KEY_UNKNOWN' }));
  });

  it('reads the key of a bearer header whatever the case of the scheme', () => {
    expect(readBearer('Bearer abc')).toBe('abc');
    expect(readBearer('bearer  abc ')).toBe('abc');
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'abc', 'Bearer a b'])('finds no key in the header "%s"', (header) => {
    expect(() => readBearer(header)).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
  });

  it('names the scope that a key lacks', () => {
    const caller = authenticate(tenants, 'key-a1');
    expect(() => requireScope(caller, 'ask')).not.toThrow();
    expect(() => requireScope(caller, 'operate')).toThrow(expect.objectContaining({ code: 'SCOPE_MISSING', detail: expect.stringContaining('"operate"') }));
  });
});
