import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KnowledgeScope } from '@switchyard/contracts';
import type { SourceDocument } from '../ingest/index-document.js';

const Head = z.object({
  scope: z.object({ tenant: z.string(), collection: z.string() }),
  documentId: z.string(),
  fileName: z.string(),
  title: z.string().optional(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** A document that is found by its words only, until the embedding model is back. */
export interface WaitingDocument {
  readonly scope: KnowledgeScope;
  readonly source: SourceDocument;
}

/**
 * Documents that came through the API while the embedding model was away: their files as they came, in a folder beside the
 * store, since the store keeps passages only. A file a document; a later version takes the place of an earlier one.
 */
export class VectorBacklog {
  constructor(private readonly directory: string) {}

  async add({ scope, source }: WaitingDocument): Promise<void> {
    const { documentId, fileName, title, metadata, content } = source;
    await mkdir(this.directory, { recursive: true });
    const file = this.fileOf(scope, documentId);
    const partial = `${file}.${process.pid}.partial`;
    await writeFile(partial, Buffer.concat([Buffer.from(`${JSON.stringify({ scope, documentId, fileName, title, metadata })}\n`), content]));
    await rename(partial, file);
  }

  /** The documents that wait, one after the other; a file that cannot be read is left out. */
  async *documents(): AsyncGenerator<WaitingDocument> {
    const names = await readdir(this.directory).catch(() => []);
    for (const name of names.filter((one) => one.endsWith('.document'))) {
      const document = await this.read(join(this.directory, name));
      if (document) yield document;
    }
  }

  async remove(scope: KnowledgeScope, documentId: string): Promise<void> {
    await rm(this.fileOf(scope, documentId), { force: true });
  }

  private async read(file: string): Promise<WaitingDocument | undefined> {
    try {
      const bytes = await readFile(file);
      const end = bytes.indexOf('\n');
      const { scope, ...source } = Head.parse(JSON.parse(bytes.toString('utf8', 0, end)));
      return { scope, source: { ...source, content: bytes.subarray(end + 1) } };
    } catch {
      return undefined;
    }
  }

  private fileOf({ tenant, collection }: KnowledgeScope, documentId: string): string {
    return join(this.directory, `${createHash('sha256').update(JSON.stringify([tenant, collection, documentId])).digest('hex')}.document`);
  }
}
