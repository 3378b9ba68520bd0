import { z } from 'zod';
import { Name, Text } from './common.js';

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** How a slot's value is found in a message, and what it is turned into. */
export const SlotDefinition = z.discriminatedUnion('kind', [
  /** A regular expression; its first group is the value, the whole match where it has none. */
  z.strictObject({ kind: z.literal('pattern'), pattern: z.string().min(1), normalise: z.enum(['upper', 'lower', 'none']).default('none'), description: Text.optional() }),
  /** One of a list; each value with the words that stand for it. */
  z.strictObject({ kind: z.literal('choice'), values: z.record(Name, z.array(z.string().min(1)).min(1)), description: Text.optional() }),
  z.strictObject({ kind: z.literal('number'), min: z.number().optional(), max: z.number().optional(), description: Text.optional() }),
  /**
   * A day, as an ISO date: "明天", "下周三", "next Friday", "3 Nov". Reckoned from today in `timeZone`; `prefer` says which
   * one is meant where the year, month or week is left open.
   */
  z.strictObject({ kind: z.literal('date'), timeZone: z.string().refine(isTimeZone, 'is not a time zone of the IANA list, such as Asia/Shanghai').default('Asia/Shanghai'), prefer: z.enum(['past', 'future', 'nearest']).default('nearest'), description: Text.optional() }),
  /** A sum of money in `currency` (ISO 4217), as a number; one in another currency is no value of the slot. */
  z.strictObject({ kind: z.literal('amount'), currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency of three capital letters, such as CNY').default('CNY'), min: z.number().optional(), max: z.number().optional(), description: Text.optional() }),
  /** A length of time, as ISO 8601 ("PT2H30M"); bounds in seconds. */
  z.strictObject({ kind: z.literal('duration'), minSeconds: z.number().optional(), maxSeconds: z.number().optional(), description: Text.optional() }),
  /** The whole message, when a flow asked for it. */
  z.strictObject({ kind: z.literal('text'), minLength: z.int().min(1).default(1), maxLength: z.int().max(2_000).default(500), description: Text.optional() }),
]);
export type SlotDefinition = z.infer<typeof SlotDefinition>;

export const IntentDefinition = z.strictObject({
  label: Name,
  description: Text,
  task: z.enum(['action', 'structured', 'knowledge', 'creative', 'small_talk', 'complaint']),
  /** The flow that answers it; absent: rules decide. */
  flow: Name.optional(),
  slots: z.record(Name, SlotDefinition).default({}),
  utterances: z.strictObject({ zh: z.array(z.string().min(1)).default([]), en: z.array(z.string().min(1)).default([]) }),
});
export type IntentDefinition = z.infer<typeof IntentDefinition>;

/** A file holds one intent, or a list of them. */
export const IntentFile = z.union([IntentDefinition.transform((one) => [one]), z.array(IntentDefinition).min(1)]);
