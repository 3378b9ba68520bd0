import { MOST_DOCUMENTS, type KnowledgeScope, type StoredDocument, type VectorStore } from '@switchyard/contracts';

/** All documents of a scope, of which a page at a time is held. They may be changed and deleted meanwhile. */
export async function* eachDocument(store: Pick<VectorStore, 'documents'>, scope: KnowledgeScope): AsyncGenerator<StoredDocument> {
  for (let after: string | undefined; ; ) {
    const { documents, next } = await store.documents(scope, MOST_DOCUMENTS, after);
    yield* documents;
    if (next === undefined) return;
    after = next;
  }
}
