import type { IntentDefinition, SlotDefinition } from './schema/intent-file.js';
import type { Site } from './site.js';

type Slots = Readonly<Record<string, SlotDefinition>>;

/** Of all intents of a site, made once: it is asked for with most messages, and hundreds of intents repeat the same names. */
const ofAll = new WeakMap<readonly IntentDefinition[], Slots>();

/** The slots that an intent declares; those of all intents where none is named or it is not known. */
export function slotsOf({ intents }: Pick<Site, 'intents'>, label?: string): Slots {
  const own = label === undefined ? undefined : intents.find((one) => one.label === label);
  if (own) return own.slots;
  let slots = ofAll.get(intents);
  if (!slots) {
    // The first declaration of a name wins, as the files are read in the order of their paths.
    slots = Object.fromEntries(intents.flatMap((one) => Object.entries(one.slots)).toReversed());
    ofAll.set(intents, slots);
  }
  return slots;
}
