import { z } from 'zod';

/** A second model that a share of the conversations is given, to be compared with the first. */
const Canary = z.strictObject({
  /** Absent: the model of the others, with `adapter`. */
  model: z.string().min(1).optional(),
  adapter: z.string().min(1).optional(),
  /** Of the conversations, 0 to 1. */
  share: z.number().min(0).max(1),
});

/** What the local server is asked for, with an adapter of it where there is one. */
export interface ModelChoice {
  readonly model: string;
  readonly adapter?: string | undefined;
}

export const WorkerModel = z
  .strictObject({
    model: z.string().min(1),
    /** LoRA adapter of the model, by the name under which the server has it. */
    adapter: z.string().min(1).optional(),
    canary: Canary.optional(),
    maxOutputTokens: z.int().positive().default(512),
    /** Tools that the model may have called for one message, refused and failed ones included; 0: none. */
    maxToolCalls: z.int().min(0).max(10).default(3),
    /** `flowing`: an answer is shown as it is written, each piece once it is checked; `checked`: once the whole of it is. */
    stream: z.enum(['flowing', 'checked']).default('flowing'),
  })
  .superRefine((settings, context) => {
    const canary = canaryOf(settings);
    if (canary?.model === settings.model && canary.adapter === settings.adapter) {
      context.addIssue({ code: 'custom', path: ['canary'], message: 'is the same model with the same adapter: name another model, or another adapter' });
    }
  });
export type WorkerModel = z.infer<typeof WorkerModel>;

/** The canary in full: without a model of its own it is the model with another adapter. Undefined where the site has none. */
export function canaryOf({ model, canary }: Pick<WorkerModel, 'model' | 'canary'>): (ModelChoice & { readonly share: number }) | undefined {
  return canary && { model: canary.model ?? model, adapter: canary.adapter, share: canary.share };
}
