import { z } from 'zod';
import { ServerUrls, TierEnv } from '@switchyard/config';

export const DispatcherEnv = TierEnv.extend({
  OLLAMA_URL: ServerUrls.optional().describe('Ollama of this site, for embeddings; asked only where the site names an embedding model.'),
  OPENAI_COMPATIBLE_URL: ServerUrls.optional().describe('Local vLLM or llama.cpp server, for embeddings; goes before Ollama. Of several, by commas, the first is asked.'),
  INTENT_VECTOR_MS: z.coerce.number().int().min(0).max(5_000).default(50).describe('Milliseconds that a message waits for its vector, where the intent model takes vectors; then its words alone decide. 0: never embed.'),
});
export type DispatcherConfig = z.infer<typeof DispatcherEnv>;
