import type { Embedder, KnowledgeHit, KnowledgeScope, VectorStore } from '@switchyard/contracts';
import { searchKnowledge, type SearchOptions } from '@switchyard/knowledge';

/** Ranked passages for a question: by its words, and by its vector where an embedder is there and answers in time. */
export async function searchPassages(base: { readonly store: VectorStore; readonly embedder?: Embedder | undefined }, scope: KnowledgeScope, question: string, options: SearchOptions & { readonly validAt: string }): Promise<KnowledgeHit[]> {
  const { store, embedder } = base;
  return searchKnowledge({ store, ...(embedder ? { embed: (text, signal) => embedQuestion(embedder, text, signal) } : {}) }, scope, question, options);
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
