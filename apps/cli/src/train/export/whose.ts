import { createHash } from 'node:crypto';
import { MeshError } from '@switchyard/errors';
import type { Site } from '@switchyard/site';

/** Whose answers are exported, and the documents that its questions are answered from. */
export interface Whose {
  readonly tenant: string;
  readonly collection: string;
}

/** The tenant of an API key. @throws MeshError CONFIG_INVALID where the site has no such key: it is another's than the mesh's */
export function whoseKey(site: Site, key: string): Whose {
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const tenant = site.settings.tenants.find(({ keys }) => keys.some((one) => one.hash === hash));
  if (!tenant) throw new MeshError('CONFIG_INVALID', 'no tenant of the site has this key; --site names the site of the mesh that runs', { field: '--site' });
  return { tenant: tenant.id, collection: tenant.collection };
}
