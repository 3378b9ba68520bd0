import type { Trail } from '@switchyard/contracts';
import type { Site, ToolDefinition } from '@switchyard/site';

/**
 * The tools that the local model may choose for a message: those that the site allows for its intents and its tenant. Decided
 * by labels alone, before a model has read a word of the customer, of a document or of a result, so none of them can add one.
 * A tool with an effect is among them only where the site says how the customer is asked.
 */
export function offerTools({ tools }: Pick<Site, 'tools'>, { tenant, trail }: { readonly tenant: string; readonly trail: Pick<Trail, 'intent' | 'intents'> }): ToolDefinition[] {
  const labels = new Set([...(trail.intents ?? []), ...(trail.intent ? [trail.intent.label] : [])].map((label) => label.toLowerCase()));
  return [...tools.values()].filter(
    (tool) =>
      tool.intents.some((intent) => labels.has(intent.toLowerCase())) &&
      (tool.tenants?.includes(tenant) ?? true) &&
      (tool.effect === 'read' || tool.confirm !== undefined),
  );
}

/** Whether a model may choose anything at all in this site; what was decided is recorded only then. */
export const hasToolsToOffer = ({ tools }: Pick<Site, 'tools'>): boolean => [...tools.values()].some(({ intents }) => intents.length > 0);
