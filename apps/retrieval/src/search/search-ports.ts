import type { Embedder } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { SearchPorts } from '@switchyard/knowledge';
import type { KnowledgeBase } from '../knowledge-base.js';

/** The knowledge base as a search takes it: by words, and by a vector where an embedder is there and answers in time. */
export function searchPorts({ store, embedder, reranker, synonyms, logger }: KnowledgeBase): SearchPorts {
  return {
    store,
    variants: store,
    reranker,
    synonyms,
    ...(embedder ? { embed: (question, signal) => embedQuestion(embedder, question, signal) } : {}),
    onProblem: (error) => logger?.warn({ code: MeshError.is(error) ? error.code : 'MODEL_UNAVAILABLE', reranker: reranker?.name }, 'the reranker failed: passages keep the order of the search'),
  };
}

async function embedQuestion(embedder: Embedder, question: string, signal: AbortSignal): Promise<Float32Array | undefined> {
  try {
    return (await embedder.embed([question], signal, 'query'))[0];
  } catch {
    // The request's own end must end it; a slow or absent model server must not.
    signal.throwIfAborted();
    return undefined;
  }
}
