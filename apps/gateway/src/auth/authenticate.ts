import { createHash, timingSafeEqual } from 'node:crypto';
import { MeshError } from '@switchyard/errors';
import type { Scope, Tenant } from '@switchyard/site';

/** Who asks: the tenant that the key belongs to, and what the key may do. */
export interface Caller {
  readonly tenant: Tenant;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

/**
 * The key of an `Authorization: Bearer …` header.
 * @throws MeshError KEY_MISSING where there is none, or the header is of another scheme
 */
export function readBearer(header: string | undefined): string {
  const match = /^Bearer +(\S+) *$/i.exec(header ?? '');
  if (!match?.[1]) throw new MeshError('KEY_MISSING', 'send "Authorization: Bearer <key>"', { field: 'authorization' });
  return match[1];
}

/**
 * The caller that a key belongs to. Only hashes are compared, each in constant time, and all of them every time, so that
 * neither the content nor the position of a near miss can be measured.
 * @throws MeshError KEY_UNKNOWN
 */
export function authenticate(tenants: readonly Tenant[], key: string): Caller {
  const given = createHash('sha256').update(key).digest();
  let caller: Caller | undefined;
  for (const tenant of tenants) {
    for (const one of tenant.keys) {
      const same = timingSafeEqual(given, Buffer.from(one.hash.slice('sha256:'.length), 'hex'));
      if (same && !caller) caller = { tenant, keyId: one.id, scopes: one.scopes };
    }
  }
  if (!caller) throw new MeshError('KEY_UNKNOWN', 'no tenant of the site has this key', { field: 'authorization' });
  return caller;
}

/** @throws MeshError SCOPE_MISSING naming the scope that the key lacks */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.includes(scope)) throw new MeshError('SCOPE_MISSING', `the key ${caller.keyId} lacks the scope "${scope}"`, { field: 'authorization' });
}
