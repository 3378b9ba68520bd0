import { z } from 'zod';
import { Condition, Name, Text } from './common.js';

/**
 * A flow is a list of steps, run from the top. Templates may name `{{slots.x}}`, `{{results.x.y}}` and
 * `{{request.language}}`; a filter follows a bar: `{{results.order.total | money:CNY}}`, `{{results.order.paidAt | date}}`.
 */
export type FlowStep =
  /** Asks for a slot until it is filled; `retry` is said when the reply holds no value. After `tries`, a person. */
  | { ask: string; question: Text; retry?: Text | undefined; tries?: number | undefined }
  /** Calls a tool; what it returns is `results.<save>`. `onError` maps the tool's error names to steps; `any` catches the rest. */
  | { call: string; with?: Record<string, string> | undefined; save?: string | undefined; onError?: Record<string, FlowStep[]> | undefined }
  /** Asks for a yes before going on; on no, `declined` is said and the flow ends. */
  | { confirm: Text; declined: Text }
  | { if: Condition; then: FlowStep[]; else?: FlowStep[] | undefined }
  | { say: Text }
  /** Forgets a slot's value, so that a later `ask` asks again. */
  | { clear: string }
  /** Goes back to the step that has this `id`. */
  | { goto: string }
  /** Marks a place that `goto` can name. */
  | { id: string }
  /** Ends the flow and hands the conversation to a person. */
  | { handOver: string; text?: Text | undefined }
  | { end: true };

export const FlowStep: z.ZodType<FlowStep> = z.lazy(() =>
  z.union([
    z.strictObject({ ask: Name, question: Text, retry: Text.optional(), tries: z.int().min(1).max(10).optional() }),
    z.strictObject({ call: Name, with: z.record(Name, z.string()).optional(), save: Name.optional(), onError: z.record(Name, z.array(FlowStep)).optional() }),
    z.strictObject({ confirm: Text, declined: Text }),
    z.strictObject({ if: Condition, then: z.array(FlowStep), else: z.array(FlowStep).optional() }),
    z.strictObject({ say: Text }),
    z.strictObject({ clear: Name }),
    z.strictObject({ goto: Name }),
    z.strictObject({ id: Name }),
    z.strictObject({ handOver: z.string().min(1), text: Text.optional() }),
    z.strictObject({ end: z.literal(true) }),
  ]),
);

export const FlowFile = z.strictObject({
  name: Name,
  description: Text,
  /** Words that leave the flow at any question; the built-in ones ("算了", "never mind", …) always do. */
  leave: z.array(z.string().min(1)).default([]),
  steps: z.array(FlowStep).min(1),
});
export type FlowFile = z.infer<typeof FlowFile>;
