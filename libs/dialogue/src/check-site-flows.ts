import type { Site, SiteProblem } from '@switchyard/site';
import { checkConfirmation } from './check-confirmation.js';
import { checkFlow } from './check-flow.js';
import { slotsOfFlow } from './slots-of-flow.js';

/** What is wrong with the flows of a site and the confirmations of its tools, beyond what its files can show one by one. */
export function checkSiteFlows(site: Pick<Site, 'flows' | 'intents' | 'tools'>): SiteProblem[] {
  const ofFlows = [...site.flows.values()].flatMap((flow) =>
    checkFlow(flow, { tools: site.tools, slots: slotsOfFlow(site, flow.name) }).map((problem) => ({ file: 'flows', line: 0, reason: `${flow.name}: ${problem}` })),
  );
  const ofTools = [...site.tools.values()].flatMap((tool) => checkConfirmation(tool).map((problem) => ({ file: 'tools', line: 0, reason: `${tool.name}: ${problem}` })));
  return [...ofFlows, ...ofTools];
}
