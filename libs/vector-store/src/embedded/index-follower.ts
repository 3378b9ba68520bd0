import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as setImmediateSoon } from 'node:timers/promises';
import type { KnowledgeScope } from '@switchyard/contracts';
import type { Reader } from './passage-rows.js';
import { ScopeIndex } from './scope-index.js';
import type { SnapshotFolder } from './snapshot/snapshot-folder.js';
import { slicer } from './yield-to-others.js';

interface Loaded {
  readonly scope: KnowledgeScope;
  readonly index: ScopeIndex;
  /** The change up to which the scope's snapshot is complete; -1 where there is none. */
  saved: number;
}

export interface FollowerOptions {
  readonly database: DatabaseSync;
  readonly reader: Reader;
  readonly snapshots: SnapshotFolder;
  /** Told of a scope that was loaded without a snapshot. */
  readonly onLoaded: (scope: KnowledgeScope) => void;
  /** Told of an index that is not used any more. */
  readonly onDropped: (index: ScopeIndex) => void;
}

/** Passages from which on a snapshot is worth its file: fewer are loaded in a tenth of a second. */
const LEAST_PASSAGES = 2_000;

const keyOf = ({ tenant, collection }: KnowledgeScope): string => JSON.stringify([tenant, collection]);

/**
 * Keeps the in-memory indexes in step with the file, whoever writes to it. `PRAGMA data_version` tells at almost no
 * cost whether anybody else committed (this process' own writer is another connection, so it counts too); the change
 * log then names the documents to load again. A scope is loaded when it is first asked, from its snapshot where there
 * is one that belongs to this history of the file, and what changed since.
 */
export class IndexFollower {
  private readonly scopes = new Map<string, Loaded>();
  private sequence = -1;
  private dataVersion = -1;
  /** Loads happen one after another: two at once would add the same passages twice. */
  private turn: Promise<unknown> = Promise.resolve();
  private isKeepingUp = false;
  private isClosed = false;
  private readonly statements;

  constructor(private readonly options: FollowerOptions) {
    const { database } = options;
    // Documents in the order in which they were written, here as in a log that is followed: slots, and with them the order of
    // equal scores, are then the same however an index came to be.
    this.statements = {
      dataVersion: database.prepare('PRAGMA data_version'),
      bounds: database.prepare('SELECT coalesce(min(sequence), 0) AS first, coalesce(max(sequence), 0) AS last FROM changes'),
      changes: database.prepare('SELECT tenant, collection, document_id FROM changes WHERE sequence > ? AND sequence <= ? GROUP BY tenant, collection, document_id ORDER BY max(sequence)'),
      changesOf: database.prepare('SELECT document_id FROM changes WHERE sequence > ? AND tenant = ? AND collection = ? GROUP BY document_id ORDER BY max(sequence)'),
      token: database.prepare('SELECT token FROM changes WHERE sequence = ?'),
      documents: database.prepare('SELECT document_id FROM passages WHERE tenant = ? AND collection = ? GROUP BY document_id ORDER BY min(row)'),
    };
  }

  /**
   * Runs `work` with the index of the scope, as of now. It all happens within one read transaction, so that the rows
   * that `work` fetches are those that the index knows, whoever writes meanwhile.
   */
  use<Result>(scope: KnowledgeScope, work: (index: ScopeIndex) => Result | Promise<Result>): Promise<Result> {
    return this.inTurn(async () => work((await this.follow(scope)).index));
  }

  /** Brings what is loaded up to date without waiting for a question, which would have to wait for it. */
  keepUp(): void {
    if (this.isKeepingUp || this.isClosed || this.scopes.size === 0) return;
    this.isKeepingUp = true;
    setImmediate(() => {
      const done = this.inTurn(() => this.catchUp()).finally(() => {
        this.isKeepingUp = false;
      });
      // Whatever failed fails again for the next question, which tells of it.
      done.catch(() => undefined);
    });
  }

  /** Writes a snapshot of the scope where one is worth it and there is none of what it holds now. `isClosing`: only of what is loaded. */
  async save(scope: KnowledgeScope, isClosing: boolean): Promise<void> {
    if (isClosing && !this.scopes.has(keyOf(scope))) return;
    const { snapshots } = this.options;
    const captured = await this.inTurn(async () => {
      const loaded = await this.follow(scope);
      const token = this.statements.token.get(this.sequence)?.['token'];
      if (loaded.saved === this.sequence || typeof token !== 'string') return undefined;
      if (loaded.index.passages < LEAST_PASSAGES) {
        // Of when it was larger, maybe before this process.
        await snapshots.remove(scope);
        loaded.saved = -1;
        return undefined;
      }
      return { loaded, sequence: this.sequence, ...snapshots.capture(scope, loaded.index, { sequence: this.sequence, token }) };
    });
    if (captured && (await snapshots.save(captured, slicer()))) captured.loaded.saved = captured.sequence;
  }

  /** Resolves when nobody uses the connection; nothing uses it from here on. */
  async close(): Promise<void> {
    this.isClosed = true;
    // Keeping up may be about to take a turn.
    if (this.isKeepingUp) await setImmediateSoon();
    await this.turn;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const { database } = this.options;
    const next = this.turn.then(async () => {
      database.exec('BEGIN');
      try {
        return await work();
      } finally {
        database.exec('COMMIT');
      }
    });
    this.turn = next.catch(() => undefined);
    return next;
  }

  private async follow(scope: KnowledgeScope): Promise<Loaded> {
    await this.catchUp();
    const loaded = this.scopes.get(keyOf(scope));
    return loaded && !loaded.index.worn ? loaded : this.load(scope, loaded);
  }

  private async catchUp(): Promise<void> {
    // The first statement of the transaction: what is read from here on is of this version.
    const version = Number(this.statements.dataVersion.get()?.['data_version']);
    if (version === this.dataVersion) return;
    const bounds = this.statements.bounds.get();
    const [first, last] = [Number(bounds?.['first']), Number(bounds?.['last'])];
    // The log was cut behind what this process has seen: what is in memory cannot be brought up to date, so it goes.
    if (this.sequence !== -1 && first > this.sequence + 1) {
      for (const { index } of this.scopes.values()) this.options.onDropped(index);
      this.scopes.clear();
    } else {
      const pause = slicer();
      const changes = this.statements.changes.all(this.sequence, last) as unknown as { tenant: string; collection: string; document_id: string }[];
      for (const { tenant, collection, document_id: documentId } of changes) {
        const loaded = this.scopes.get(keyOf({ tenant, collection }));
        if (loaded) await this.loadDocument(loaded, documentId, pause);
      }
    }
    this.sequence = last;
    // Set only now: were catching up to fail, the next query tries again.
    this.dataVersion = version;
  }

  private async load(scope: KnowledgeScope, before: Loaded | undefined): Promise<Loaded> {
    // An index that is worn has a snapshot that is as worn.
    const restored = before ? undefined : await this.restore(scope);
    const loaded = restored && !restored.index.worn ? restored : { scope, index: new ScopeIndex(), saved: -1 };
    if (loaded !== restored) {
      const pause = slicer();
      // What is committed from here on stands in the change log after `sequence`, and is loaded again by the next query.
      const rows = this.statements.documents.all(scope.tenant, scope.collection) as unknown as { document_id: string }[];
      for (const row of rows) await this.loadDocument(loaded, row.document_id, pause);
      this.options.onLoaded(scope);
    }
    if (before) this.options.onDropped(before.index);
    this.scopes.set(keyOf(scope), loaded);
    return loaded;
  }

  /** The index of the scope's snapshot, with what changed since. */
  private async restore(scope: KnowledgeScope): Promise<Loaded | undefined> {
    const { snapshots } = this.options;
    const restored = await snapshots.load(scope, ({ sequence, token }) => this.statements.token.get(sequence)?.['token'] === token);
    if (!restored) return undefined;
    const loaded = { scope, index: restored.index, saved: restored.sequence };
    const pause = slicer();
    const changes = this.statements.changesOf.all(restored.sequence, scope.tenant, scope.collection) as unknown as { document_id: string }[];
    for (const { document_id: documentId } of changes) await this.loadDocument(loaded, documentId, pause);
    return loaded;
  }

  private async loadDocument({ scope, index }: Pick<Loaded, 'scope' | 'index'>, documentId: string, pause: () => Promise<void> | undefined): Promise<void> {
    const first = index.slots.count;
    for (let row = 0; ; ) {
      const passages = this.options.reader.indexed(scope, documentId, row);
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
