import { z } from 'zod';

/** A text in both languages. */
export const Text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export type Text = z.infer<typeof Text>;

/** Names that stand in rules, logs and receipts: letters, digits, `_`, `-` and `.`. */
export const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be letters, digits, "_", "-" or ".", at most 64');

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A test on one value: equal to it, one of a list, or every bound that is named. */
export const Test = z.union([
  Scalar,
  z.array(Scalar),
  z.strictObject({
    is: Scalar.optional(),
    not: z.union([Scalar, z.array(Scalar)]).optional(),
    in: z.array(Scalar).optional(),
    gt: z.number().optional(),
    gte: z.number().optional(),
    lt: z.number().optional(),
    lte: z.number().optional(),
    contains: Scalar.optional(),
  }),
]);
export type Test = z.infer<typeof Test>;

/**
 * Dotted path of a value -> test on it; all must hold. `any` holds alternatives, of which one must.
 * A path that leads nowhere has the value null.
 */
export interface Condition {
  [path: string]: Test | Condition[];
}
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.record(z.string(), z.union([Test, z.array(Condition)])).superRefine((value, context) => {
    for (const [path, test] of Object.entries(value)) {
      if (path === 'any' && !(Array.isArray(test) && test.every((entry) => typeof entry === 'object' && entry !== null))) {
        context.addIssue({ code: 'custom', path: ['any'], message: 'must be a list of conditions' });
      }
    }
  }),
);
