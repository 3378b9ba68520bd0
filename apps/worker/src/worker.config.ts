import { z } from 'zod';
import { ServerUrls, TierEnv } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import type { Site } from '@switchyard/site';
import { variablesOf, type ToolEnvironment } from '@switchyard/tools';

export const WorkerEnv = TierEnv.extend({
  OLLAMA_URL: ServerUrls.optional().describe('Ollama of this site, or several, by commas; unset: http://127.0.0.1:11434 is tried once at start.'),
  OPENAI_COMPATIBLE_URL: ServerUrls.optional().describe('Local vLLM, SGLang or llama.cpp server, or several, by commas; goes before Ollama.'),
  MODEL_SLOTS: z.coerce.number().int().min(1).max(1_000).default(8).describe('Calls that each of these servers works on at once, for this worker; more wait in the worker. With several workers, its share of them.'),
  CANARY_OLLAMA_URL: ServerUrls.optional().describe("Ollama, or several, by commas, of the site's canary where it has servers of its own; unset, it is asked of the model's."),
  CANARY_OPENAI_COMPATIBLE_URL: ServerUrls.optional().describe('The same for vLLM, SGLang or llama.cpp; goes before CANARY_OLLAMA_URL.'),
  CANARY_SHARE: z.coerce.number().min(0).max(1).optional().describe("Share of the conversations that are given the canary, in place of the site's: 0 takes it back without a change of the site."),
  MODEL_REQUIRED: z.stringbool().default(false).describe('Whether a worker without the site\'s local model is given no work: true where all depends on it. Unset, rules route around it.'),
});
export type WorkerConfig = z.infer<typeof WorkerEnv>;

/**
 * The environment variables that the site's tools name: secrets stand in a site by reference only.
 * @throws MeshError CONFIG_INVALID, naming every tool and variable that is missing
 */
export function readToolEnvironment(site: Pick<Site, 'tools'>, env: NodeJS.ProcessEnv = process.env): ToolEnvironment {
  const wanted = [...site.tools.values()].flatMap((tool) => variablesOf(tool).map((name) => ({ name, tool: tool.name })));
  const missing = wanted.filter(({ name }) => !env[name]);
  if (missing.length > 0) throw new MeshError('CONFIG_INVALID', missing.map(({ name, tool }) => `the tool ${tool} needs ${name}`).join('; '), { field: missing[0]?.name ?? '' });
  return Object.fromEntries(wanted.map(({ name }) => [name, env[name] ?? '']));
}
