import type { DatabaseSync } from 'node:sqlite';
import type { KnowledgeScope } from '@switchyard/contracts';
import type { Reader } from './passage-rows.js';
import { ScopeIndex } from './scope-index.js';
import { slicer } from './yield-to-others.js';

interface Loaded {
  readonly scope: KnowledgeScope;
  readonly index: ScopeIndex;
}

const keyOf = ({ tenant, collection }: KnowledgeScope): string => JSON.stringify([tenant, collection]);

/**
 * Keeps the in-memory indexes in step with the file, whoever writes to it. `PRAGMA data_version` tells at almost no
 * cost whether anybody else committed (this process' own writer is another connection, so it counts too); the change
 * log then names the documents to load again. A scope is loaded when it is first asked.
 */
export class IndexFollower {
  private readonly scopes = new Map<string, Loaded>();
  private sequence = -1;
  private dataVersion = -1;
  /** Loads happen one after another: two at once would add the same passages twice. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly statements;

  constructor(
    private readonly database: DatabaseSync,
    private readonly reader: Reader,
    /** Told of each index that is not used any more. */
    private readonly onDropped: (index: ScopeIndex) => void = () => undefined,
  ) {
    this.statements = {
      dataVersion: database.prepare('PRAGMA data_version'),
      bounds: database.prepare('SELECT coalesce(min(sequence), 0) AS first, coalesce(max(sequence), 0) AS last FROM changes'),
      changes: database.prepare('SELECT DISTINCT tenant, collection, document_id FROM changes WHERE sequence > ? AND sequence <= ?'),
      documents: database.prepare('SELECT document_id FROM documents WHERE tenant = ? AND collection = ?'),
    };
  }

  /**
   * Runs `work` with the index of the scope, as of now. It all happens within one read transaction, so that the rows
   * that `work` fetches are those that the index knows, whoever writes meanwhile.
   */
  use<Result>(scope: KnowledgeScope, work: (index: ScopeIndex) => Result | Promise<Result>): Promise<Result> {
    const next = this.turn.then(async () => {
      this.database.exec('BEGIN');
      try {
        return await work(await this.follow(scope));
      } finally {
        this.database.exec('COMMIT');
      }
    });
    this.turn = next.catch(() => undefined);
    return next;
  }

  /** Resolves when nobody uses the connection. */
  async idle(): Promise<void> {
    await this.turn;
  }

  private async follow(scope: KnowledgeScope): Promise<ScopeIndex> {
    // The first statement of the transaction: what is read from here on is of this version.
    const version = Number(this.statements.dataVersion.get()?.['data_version']);
    if (version !== this.dataVersion) {
      await this.catchUp();
      // Set only now: were catching up to fail, the next query tries again.
      this.dataVersion = version;
    }
    const loaded = this.scopes.get(keyOf(scope));
    return loaded && !loaded.index.worn ? loaded.index : this.load(scope);
  }

  private async catchUp(): Promise<void> {
    const bounds = this.statements.bounds.get();
    const [first, last] = [Number(bounds?.['first']), Number(bounds?.['last'])];
    // The log was cut behind what this process has seen: what is in memory cannot be brought up to date, so it goes.
    if (this.sequence !== -1 && first > this.sequence + 1) {
      for (const { index } of this.scopes.values()) this.onDropped(index);
      this.scopes.clear();
    }
    else {
      const pause = slicer();
      const changes = this.statements.changes.all(this.sequence, last) as unknown as { tenant: string; collection: string; document_id: string }[];
      for (const { tenant, collection, document_id: documentId } of changes) {
        const loaded = this.scopes.get(keyOf({ tenant, collection }));
        if (loaded) await this.loadDocument(loaded, documentId, pause);
      }
    }
    this.sequence = last;
  }

  private async load(scope: KnowledgeScope): Promise<ScopeIndex> {
    const loaded = { scope, index: new ScopeIndex() };
    const pause = slicer();
    // What is committed from here on stands in the change log after `sequence`, and is loaded again by the next query.
    const rows = this.statements.documents.all(scope.tenant, scope.collection) as unknown as { document_id: string }[];
    for (const row of rows) await this.loadDocument(loaded, row.document_id, pause);
    const before = this.scopes.get(keyOf(scope));
    if (before) this.onDropped(before.index);
    this.scopes.set(keyOf(scope), loaded);
    return loaded.index;
  }

  private async loadDocument({ scope, index }: Loaded, documentId: string, pause: () => Promise<void> | undefined): Promise<void> {
    const first = index.slots.count;
    for (let row = 0; ; ) {
      const passages = this.reader.indexed(scope, documentId, row);
      for (const passage of passages) {
        index.prepare(passage);
        row = passage.row;
        await pause();
      }
      if (passages.length === 0) break;
    }
    index.show(documentId, first, index.slots.count - first);
  }
}
