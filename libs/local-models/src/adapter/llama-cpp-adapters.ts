import { z } from 'zod';

/** `/lora-adapters` of llama.cpp's server: the adapters that it was started with, by number. */
export const LlamaCppAdapters = z.array(z.object({ id: z.int(), path: z.string() }));
export type LlamaCppAdapters = z.infer<typeof LlamaCppAdapters>;

/** An adapter has no name there but its file's. */
const nameOf = (path: string): string => (path.split(/[/\\]/).at(-1) ?? path).replace(/\.gguf$/i, '');

/**
 * A scale for every adapter of the server: 1 for the one that is wanted, 0 for all others. Said in full, since what a request does
 * not say is as the server was started, which is with all of them unless it had `--lora-init-without-apply`.
 * @param wanted null: none of them
 * @returns undefined where the server has no adapter of the name
 */
export function askedOfLlamaCpp(adapters: LlamaCppAdapters, wanted: string | null): { readonly id: number; readonly scale: number }[] | undefined {
  if (wanted !== null && !adapters.some(({ path }) => nameOf(path) === wanted)) return undefined;
  return adapters.map(({ id, path }) => ({ id, scale: nameOf(path) === wanted ? 1 : 0 }));
}
