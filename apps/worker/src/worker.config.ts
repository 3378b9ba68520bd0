import { z } from 'zod';
import { ServerUrls, TierEnv } from '@switchyard/config';
import type { Site } from '@switchyard/site';
import { environmentOfTools, type ToolEnvironment } from '@switchyard/tools';

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

/** What the site's tools name. @throws MeshError CONFIG_INVALID, naming every tool and variable that is missing */
export const readToolEnvironment = (site: Pick<Site, 'tools'>, env: NodeJS.ProcessEnv = process.env): ToolEnvironment => environmentOfTools(site.tools.values(), env);
