import { z } from 'zod';

/** One line of a conversation. Customer text: only ever inside a sealed part. */
export const Turn = z.looseObject({
  role: z.enum(['customer', 'mesh', 'person']),
  text: z.string(),
  /** Labels of what a customer's turn asked for, where they are known. */
  intents: z.array(z.string()).optional(),
});
export type Turn = z.infer<typeof Turn>;

/** The longest message that is accepted, in UTF-16 code units. */
export const MAX_TEXT = 8_000;

/** A slot's value after normalisation, and the words it was read from. */
export const SlotValue = z.looseObject({ value: z.union([z.string(), z.number(), z.boolean()]), raw: z.string() });
export type SlotValue = z.infer<typeof SlotValue>;

export const Slots = z.record(z.string(), SlotValue);
export type Slots = z.infer<typeof Slots>;
