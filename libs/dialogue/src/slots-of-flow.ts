import { slotsOf, type Site, type SlotDefinition } from '@switchyard/site';

/** How the slots of a flow are defined: by the intents that the flow answers, and by any intent for the rest. */
export function slotsOfFlow(site: Pick<Site, 'intents'>, flow: string): Record<string, SlotDefinition> {
  const own = site.intents.filter((intent) => intent.flow === flow).flatMap((intent) => Object.entries(intent.slots));
  return { ...slotsOf(site), ...Object.fromEntries(own.toReversed()) };
}
