import { z } from 'zod';
import type { PersonalDataKind } from '@switchyard/contracts';
import { highestNumbers, type PseudonymMap } from '@switchyard/guardrail';

/** At most so many values of a conversation are remembered, and so many characters of them: those that were used last. */
export const MOST_VALUES = 200;
export const MOST_CHARACTERS = 16_384;

/**
 * Which placeholder stands for which value of a conversation, the ones used last at the end; and the highest number that was
 * given out of each kind, so that none comes to stand for a second value when the first is forgotten. Personal data.
 */
export const Pseudonyms = z.object({ map: z.record(z.string(), z.string()), givenOut: z.record(z.string(), z.int().positive()) });
export interface Pseudonyms {
  readonly map: PseudonymMap;
  readonly givenOut: Readonly<Partial<Record<PersonalDataKind, number>>>;
}

export const noPseudonyms: Pseudonyms = { map: {}, givenOut: {} };

/** What is remembered after a request whose placeholders are `used`: values that it used go to the end, the oldest fall out. */
export function rememberUsed(before: Pseudonyms, used: PseudonymMap): Pseudonyms {
  const inOrder = [...Object.entries(before.map).filter(([placeholder]) => !Object.hasOwn(used, placeholder)), ...Object.entries(used)];
  let characters = 0;
  let first = inOrder.length;
  while (first > 0 && inOrder.length - first < MOST_VALUES) {
    characters += inOrder[first - 1]?.[1].length ?? 0;
    if (characters > MOST_CHARACTERS) break;
    first--;
  }
  const highest = highestNumbers(Object.keys(used));
  const givenOut: Partial<Record<PersonalDataKind, number>> = { ...before.givenOut };
  for (const [kind, number] of Object.entries(highest) as [PersonalDataKind, number][]) givenOut[kind] = Math.max(number, givenOut[kind] ?? 0);
  return { map: Object.fromEntries(inOrder.slice(first)), givenOut };
}
