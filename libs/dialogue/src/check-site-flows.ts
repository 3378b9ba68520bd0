import type { Site, SiteProblem } from '@switchyard/site';
import { checkFlow } from './check-flow.js';
import { slotsOfFlow } from './slots-of-flow.js';

/** What is wrong with the flows of a site, beyond what its files can show one by one. */
export function checkSiteFlows(site: Pick<Site, 'flows' | 'intents' | 'tools'>): SiteProblem[] {
  return [...site.flows.values()].flatMap((flow) =>
    checkFlow(flow, { tools: site.tools, slots: slotsOfFlow(site, flow.name) }).map((problem) => ({ file: 'flows', line: 0, reason: `${flow.name}: ${problem}` })),
  );
}
