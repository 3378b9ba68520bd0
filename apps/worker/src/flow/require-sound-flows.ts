import { checkFlow, slotsOfFlow } from '@switchyard/dialogue';
import { MeshError } from '@switchyard/errors';
import type { Site } from '@switchyard/site';

/** @throws MeshError SITE_INVALID with everything that is wrong with the site's flows */
export function requireSoundFlows(site: Pick<Site, 'flows' | 'intents' | 'tools'>): void {
  const problems = [...site.flows.values()].flatMap((flow) =>
    checkFlow(flow, { tools: site.tools, slots: slotsOfFlow(site, flow.name) }).map((problem) => `flow ${flow.name}: ${problem}`),
  );
  if (problems.length > 0) throw new MeshError('SITE_INVALID', problems.join('; '), { field: 'flows' });
}
