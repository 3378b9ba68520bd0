import type { StoredPassage } from '@switchyard/contracts';
import { chunksOf, passageOf, titleOf } from '@switchyard/knowledge';
import { readDocument } from './read-document.js';
import type { ReadingOrder } from './reading-messages.js';

/**
 * A file as passages, made one by one as they are taken.
 * @throws MeshError DOCUMENT_… naming the document
 */
export async function readPassages({ scope, documentId, fileName, content, title: given, metadata }: ReadingOrder): Promise<{ title: string; passages: Generator<StoredPassage> }> {
  const parsed = await readDocument({ fileName, content });
  const title = titleOf(parsed, fileName, given);
  function* passages(): Generator<StoredPassage> {
    let position = 0;
    for (const chunk of chunksOf(parsed, title)) yield passageOf(chunk, position++, { scope, documentId, metadata });
  }
  return { title, passages: passages() };
}
