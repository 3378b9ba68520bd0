import { z } from 'zod';
import { TierEnv } from '@switchyard/config';

export const RetrievalEnv = TierEnv.extend({
  OLLAMA_URL: z.url({ protocol: /^https?$/ }).optional().describe('Ollama of this site, for embeddings; asked only where the site names an embedding model.'),
  OPENAI_COMPATIBLE_URL: z.url({ protocol: /^https?$/ }).optional().describe('Local vLLM or llama.cpp server, for embeddings; goes before Ollama.'),
});
export type RetrievalConfig = z.infer<typeof RetrievalEnv>;
