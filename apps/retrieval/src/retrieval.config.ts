import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { TierEnv } from '@switchyard/config';

export const RetrievalEnv = TierEnv.extend({
  OLLAMA_URL: z.url({ protocol: /^https?$/ }).optional().describe('Ollama of this site, for embeddings; asked only where the site names an embedding model.'),
  OPENAI_COMPATIBLE_URL: z.url({ protocol: /^https?$/ }).optional().describe('Local vLLM or llama.cpp server, for embeddings; goes before Ollama.'),
  INGEST_THREADS: z.coerce.number().int().min(1).max(64).default(Math.max(1, Math.min(4, availableParallelism() - 1))).describe('Documents that are read at the same time, each in a thread of its own.'),
  INGEST_MEMORY_MB: z.coerce.number().int().min(64).max(8_192).default(512).describe('Memory that reading one document may take, in MiB; beyond it the document fails.'),
  INGEST_READ_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(600_000).default(60_000).describe('Time that reading one document may take, in ms; beyond it the document fails.'),
});
export type RetrievalConfig = z.infer<typeof RetrievalEnv>;
