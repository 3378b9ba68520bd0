import { checkSiteFlows } from '@switchyard/dialogue';
import { MeshError } from '@switchyard/errors';
import { describeProblem, type Site } from '@switchyard/site';

/** @throws MeshError SITE_INVALID with everything that is wrong with the site's flows */
export function requireSoundFlows(site: Pick<Site, 'flows' | 'intents' | 'tools'>): void {
  const problems = checkSiteFlows(site);
  if (problems.length > 0) throw new MeshError('SITE_INVALID', problems.map(describeProblem).join('; '), { field: 'flows' });
}
