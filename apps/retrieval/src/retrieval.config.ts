import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { ServerUrls, TierEnv } from '@switchyard/config';

export const RetrievalEnv = TierEnv.extend({
  OLLAMA_URL: ServerUrls.optional().describe('Ollama of this site, for embeddings; asked only where the site names an embedding model.'),
  OPENAI_COMPATIBLE_URL: ServerUrls.optional().describe('Local vLLM or llama.cpp server, for embeddings; goes before Ollama. Of several, by commas, the first is asked.'),
  EMBED_MS: z.coerce.number().int().min(0).max(10_000).default(300).describe('Milliseconds that a question waits for its vector; then it is searched by its words alone. 0: never embed.'),
  KEPT_VECTORS: z.coerce.number().int().min(0).max(10_000_000).default(100_000).describe('Vectors of passages that are kept in DATA_DIR/vectors, so that the model is not asked for them again. 0: none.'),
  REPLACE_VECTORS: z.stringbool().default(false).describe('Whether a start with another embedding model takes the vectors of the model before out of the collections, and embeds all documents of the site again.'),
  RERANKER_URL: z.url({ protocol: /^https?$/ }).optional().describe('Local server with a cross-encoder (vLLM, Infinity, llama.cpp or text-embeddings-inference) that puts the best passages in order; absent: the features of titles and words do.'),
  RERANKER_MODEL: z.string().min(1).default('bge-reranker-v2-m3').describe('Model of RERANKER_URL.'),
  RERANKER_TIMEOUT_MS: z.coerce.number().int().min(10).max(10_000).default(400).describe('Time that a question waits for RERANKER_URL, in ms; then the order of the search stands.'),
  INGEST_THREADS: z.coerce.number().int().min(1).max(64).default(Math.max(1, Math.min(4, availableParallelism() - 1))).describe('Documents that are read at the same time, each in a thread of its own.'),
  INGEST_MEMORY_MB: z.coerce.number().int().min(64).max(8_192).default(512).describe('Memory that reading one document may take, in MiB; beyond it the document fails.'),
  INGEST_READ_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(600_000).default(60_000).describe('Time that reading one document may take, in ms; beyond it the document fails.'),
  QDRANT_URL: z.url({ protocol: /^https?$/ }).optional().describe('Qdrant 1.19 or later that keeps the knowledge base, http(s)://host:6333; unset: a file in DATA_DIR.'),
  QDRANT_API_KEY: z.string().min(1).optional().describe('Key for Qdrant.'),
  QDRANT_REPLICATION: z.coerce.number().int().min(1).max(9).default(1).describe('Copies of each shard that Qdrant is to keep, for collections that are made; from 2 on a majority is read and written.'),
});
export type RetrievalConfig = z.infer<typeof RetrievalEnv>;
