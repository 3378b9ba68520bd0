import type { PersonalDataKind } from '@switchyard/contracts';
import type { PersonalDataAction } from './schema/personal-data-rules.js';
import type { SiteFile } from './schema/site-file.js';

/**
 * What a site does with a kind of personal data before a message of the tenant goes to a cloud: what names the kind goes
 * before `others`, the tenant's line before the site's, and without any of them it is masked.
 */
export function personalDataAction({ personalData: ofSite, tenants }: Pick<SiteFile, 'personalData' | 'tenants'>, tenant: string, kind: PersonalDataKind): PersonalDataAction {
  const own = tenants.find(({ id }) => id === tenant)?.personalData;
  return own?.[kind] ?? ofSite?.[kind] ?? own?.others ?? ofSite?.others ?? 'mask';
}
