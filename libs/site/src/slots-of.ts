import type { SlotDefinition } from './schema/intent-file.js';
import type { Site } from './site.js';

/** The slots that an intent declares; those of all intents where none is named or it is not known. */
export function slotsOf(site: Pick<Site, 'intents'>, label?: string): Record<string, SlotDefinition> {
  const intent = site.intents.find((one) => one.label === label);
  if (intent) return intent.slots;
  // The first declaration of a name wins, as the files are read in the order of their paths.
  return Object.fromEntries(site.intents.flatMap((one) => Object.entries(one.slots)).toReversed());
}
