import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DocumentPage, KeepResult, KnowledgeHit, KnowledgeQuery, KnowledgeRebuild, KnowledgeScope, KnowledgeSpace, RebuildableStore, RebuildResult, StoredDocument, StoredPassage } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import { ScanThread } from './dense/scan-thread.js';
import { IndexFollower } from './index-follower.js';
import { openReader, openWriter } from './passage-rows.js';
import { rebuildFile } from './rebuild/rebuild-file.js';
import { prepareConnection, prepareSchema } from './schema.js';
import { SnapshotFolder } from './snapshot/snapshot-folder.js';
import { SnapshotSchedule } from './snapshot/snapshot-schedule.js';
import type { Lease } from '../lease.js';
import { pageSize } from '../page-size.js';
import { requireScope } from '../require-scope.js';
import { requireQuery, requireValidity } from '../validity.js';
import { WriteQueue } from './write-queue.js';
import { slicer } from './yield-to-others.js';

export interface EmbeddedStoreOptions {
  /** The SQLite file; made where it does not exist. Several processes may open the same one. */
  readonly file: string;
  readonly logger?: Logger;
  /** Fingerprint of the embedding model in use. Vectors that were stored under another one are not compared, and not mixed with its own. */
  readonly space?: string;
  /** How long writes to a collection must have rested before its index is written beside the file, `<file>.index/`; 2,000 where it is absent. */
  readonly snapshotAfterMs?: number;
  /** How a rebuild shows that it is alive. */
  readonly lease?: Lease;
}

/** Changes that are remembered for other instances; one that is further behind loads its scopes again. */
const KEPT_CHANGES = 10_000;

class EmbeddedStore implements RebuildableStore {
  /** Writes; queries, in read transactions that may last for some slices; and look-ups, which always see the newest. */
  private readonly connections: readonly [write: DatabaseSync, query: DatabaseSync, lookUp: DatabaseSync];
  private readonly rows;
  private readonly lookUps;
  private readonly writer;
  private readonly queue: WriteQueue;
  private readonly follower: IndexFollower;
  private readonly schedule: SnapshotSchedule;
  private readonly thread = new ScanThread();
  private readonly lease: Lease | undefined;

  constructor({ file, space, logger, snapshotAfterMs, lease }: EmbeddedStoreOptions) {
    this.lease = lease;
    mkdirSync(dirname(file), { recursive: true });
    const write = open(file);
    prepareSchema(write, file);
    // A small cache: the pages of a large document reach the disk while it is written, not all in one commit.
    write.exec('PRAGMA busy_timeout = 0; PRAGMA cache_size = -1000;');
    const [query, lookUp] = [open(file), open(file)];
    this.connections = [write, query, lookUp];
    this.rows = openReader(query, space);
    this.lookUps = openReader(lookUp, space);
    this.writer = openWriter(write, space);
    this.queue = new WriteQueue(write);
    this.follower = new IndexFollower({
      database: query,
      reader: this.rows,
      snapshots: new SnapshotFolder(file, space, logger),
      onLoaded: (scope) => this.schedule.changed(scope),
      onDropped: ({ dense }) => {
        if (dense.place) this.thread.forget(dense.place);
      },
    });
    this.schedule = new SnapshotSchedule((scope, isClosing) => this.follower.save(scope, isClosing), snapshotAfterMs);
  }

  async replaceDocument(scope: KnowledgeScope, document: Omit<StoredDocument, 'passages' | 'updatedAt'>, passages: readonly StoredPassage[], order?: number): Promise<boolean> {
    requireScope(scope);
    if (passages.some(({ documentId }) => documentId !== document.documentId)) throw new MeshError('REQUEST_INVALID', 'a passage belongs to another document', { field: 'documentId' });
    requireValidity(passages);
    return this.write(scope, async () => {
      if (order !== undefined && !this.writer.takeOrder(scope, document.documentId, order)) return false;
      const pause = slicer();
      this.writer.pinSpace(scope, passages);
      this.writer.remove(scope, document.documentId);
      for (const passage of passages) {
        this.writer.insertPassage(scope, passage);
        await pause();
      }
      this.writer.insertDocument(scope, { ...document, passages: passages.length, updatedAt: new Date().toISOString() });
      this.writer.logChange(scope, document.documentId, KEPT_CHANGES);
      return true;
    });
  }

  async deleteDocument(scope: KnowledgeScope, documentId: string, order?: number): Promise<boolean> {
    requireScope(scope);
    return this.write(scope, () => {
      if (order !== undefined && !this.writer.takeOrder(scope, documentId, order)) return false;
      const existed = this.writer.remove(scope, documentId);
      if (existed) this.writer.logChange(scope, documentId, KEPT_CHANGES);
      return existed;
    });
  }

  async keepDocument(scope: KnowledgeScope, documentId: string, order: number, contentHash?: string): Promise<KeepResult> {
    requireScope(scope);
    return this.write(scope, () => {
      // The transaction holds the file, so nobody changes the document between the two.
      if (contentHash !== undefined && this.writer.contentHash(scope, documentId) !== contentHash) return 'changed';
      return this.writer.takeOrder(scope, documentId, order) ? 'kept' : 'superseded';
    });
  }

  async document(scope: KnowledgeScope, documentId: string): Promise<StoredDocument | undefined> {
    requireScope(scope);
    return this.lookUps.document(scope, documentId);
  }

  async documents(scope: KnowledgeScope, limit: number, after = ''): Promise<DocumentPage> {
    requireScope(scope);
    const documents = this.lookUps.documents(scope, pageSize(limit) + 1, after);
    if (documents.length <= limit) return { documents };
    documents.pop();
    return { documents, next: documents.at(-1)?.documentId ?? '' };
  }

  async query(scope: KnowledgeScope, query: KnowledgeQuery): Promise<KnowledgeHit[]> {
    requireScope(scope);
    requireQuery(query);
    return this.follower.use(scope, async (index) => {
      const ranked = await index.rank(query, { vectorOf: (row) => this.rows.vector(row), scanElsewhere: (memory, request) => this.thread.scan(memory, request) });
      return ranked.flatMap(({ row, score, lexical }) => {
        const passage = this.rows.passage(row);
        return passage ? [{ passage, score, lexical }] : [];
      });
    });
  }

  async statistics(scope: KnowledgeScope, indices: readonly number[]): Promise<{ passages: number; frequencies: number[] }> {
    requireScope(scope);
    return this.follower.use(scope, (index) => ({ passages: index.passages, frequencies: index.frequencies(indices) }));
  }

  async space(scope: KnowledgeScope): Promise<KnowledgeSpace | undefined> {
    requireScope(scope);
    return this.lookUps.space(scope);
  }

  async forgetVectors(scope: KnowledgeScope): Promise<void> {
    requireScope(scope);
    await this.write(scope, () => this.writer.forgetVectors(scope, KEPT_CHANGES));
  }

  rebuild(rebuild: KnowledgeRebuild): Promise<RebuildResult> {
    const [write, , lookUp] = this.connections;
    return rebuildFile({
      write,
      lookUp,
      lease: this.lease,
      inTransaction: (work) => this.queue.run(work),
      logChange: (scope, documentId) => this.writer.logChange(scope, documentId, KEPT_CHANGES),
      changed: (scope) => {
        this.follower.keepUp();
        this.schedule.changed(scope);
      },
    }, rebuild);
  }

  /** Runs `work` in a durable transaction; the index follows when it is done, and its snapshot when writes have settled. */
  private async write<Result>(scope: KnowledgeScope, work: () => Result | Promise<Result>): Promise<Result> {
    const result = await this.queue.run(work);
    this.follower.keepUp();
    this.schedule.changed(scope);
    return result;
  }

  async close(): Promise<void> {
    await this.queue.idle();
    await this.schedule.close();
    await this.follower.close();
    await this.thread.close();
    for (const connection of this.connections) connection.close();
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  prepareConnection(database);
  return database;
}

/**
 * The embedded store: durable in one SQLite file, searched in memory. Good for up to about 300,000 passages and one
 * machine; beyond that, Qdrant.
 * @throws MeshError CONFIG_INVALID where the file cannot be opened or is of another schema version
 */
export function openEmbeddedStore(options: EmbeddedStoreOptions): RebuildableStore {
  try {
    const store = new EmbeddedStore(options);
    options.logger?.info({ file: options.file }, 'knowledge store opened');
    return store;
  } catch (error) {
    if (MeshError.is(error)) throw error;
    throw new MeshError('CONFIG_INVALID', `the knowledge store ${options.file} cannot be opened`, { cause: error, field: 'DATA_DIR' });
  }
}
