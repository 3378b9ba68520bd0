import { z } from 'zod';

/** The fields that are read of Ollama's `/api/show`. */
export const Shown = z.object({
  /** What would make the model again; a line `ADAPTER <file>` for each adapter. */
  modelfile: z.string().optional(),
  /** `parent_model`: what stood behind `FROM`, empty where that was a file. */
  details: z.object({ parent_model: z.string().optional() }).optional(),
});
export type Shown = z.infer<typeof Shown>;

/** A model's name as Ollama lists it. */
export const withTag = (name: string): string => (/:[^/]*$/.test(name) ? name : `${name}:latest`);

/** Why what Ollama shows is no adapter of the model; undefined where it is one, and where Ollama does not tell. */
export function problemOfOllamaAdapter({ modelfile, details }: Shown, { model, adapter }: { readonly model: string; readonly adapter: string }): string | undefined {
  const parent = details?.parent_model ?? '';
  if (parent !== '' && withTag(parent) !== withTag(model)) return `the adapter ${adapter} was made for ${parent}, not for ${model}`;
  if (modelfile !== undefined && !/^ADAPTER\s/im.test(modelfile)) return `${adapter} has no adapter: its Modelfile has no line ADAPTER`;
  return undefined;
}
