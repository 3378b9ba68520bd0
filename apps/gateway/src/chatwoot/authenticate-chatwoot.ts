import { createHash, timingSafeEqual } from 'node:crypto';
import { MeshError } from '@switchyard/errors';
import type { People, Tenant } from '@switchyard/site';

export interface ChatwootCaller {
  readonly tenant: Tenant;
  readonly chatwoot: NonNullable<People['chatwoot']>;
}

/** Compared with where there is nothing to compare with, so that the time tells nothing of which tenants there are. */
const NONE = Buffer.alloc(32);

/**
 * The tenant whose Chatwoot posts to an address that ends in its name and secret.
 * @throws MeshError KEY_UNKNOWN, whether the tenant, its Chatwoot or the secret is not known
 */
export function authenticateChatwoot(tenants: readonly Tenant[], name: string, secret: string): ChatwootCaller {
  const tenant = tenants.find(({ id }) => id === name);
  const chatwoot = tenant?.people?.chatwoot;
  const expected = chatwoot === undefined ? NONE : Buffer.from(chatwoot.hookHash.slice('sha256:'.length), 'hex');
  const isSame = timingSafeEqual(createHash('sha256').update(secret).digest(), expected);
  if (!tenant || !chatwoot || !isSame) throw new MeshError('KEY_UNKNOWN', 'no Chatwoot of the site has this address', { field: 'secret' });
  return { tenant, chatwoot };
}
