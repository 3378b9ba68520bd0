import { randomUUID } from 'node:crypto';
import type { DocumentPage, KeepResult, KnowledgeHit, KnowledgeQuery, KnowledgeRebuild, KnowledgeScope, KnowledgeSpace, RebuildableStore, RebuildResult, StoredDocument, StoredPassage } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { validate as isUuid } from 'uuid';
import { LEASE, type Lease } from '../lease.js';
import { pageSize } from '../page-size.js';
import { requireScope } from '../require-scope.js';
import { requireSpace, UNNAMED_SPACE } from '../require-space.js';
import { requireQuery, requireValidity } from '../validity.js';
import { BATCH, readHome, type Home } from './collections.js';
import { Ledger, snapshotOf, type Made } from './ledger.js';
import { statusOf } from './name-failure.js';
import { pointOf, vectorName } from './passage-points.js';
import type { QdrantCalls } from './qdrant-calls.js';
import { BaseMoved, readGate } from './rebuild/gate.js';
import { untilMoved } from './rebuild/hold-gate.js';
import { rebuildBase } from './rebuild/rebuild-base.js';
import { requireVersion } from './require-version.js';
import { count, type Counted } from './read-statistics.js';
import { documentOf, findRecord, listRecords, type VersionedRecord } from './records.js';
import { search } from './search.js';
import { ofScope, sameSnapshot, type Snapshot } from './snapshot.js';
import { addSpace } from './spaces.js';
import type { Sweeper } from './sweep.js';

/** For so long, in milliseconds, does a reader take the alias for what it was. */
const HOME_MS = 5_000;
/** What a reader has seen is there for longer than this and a query together: see `sweep.ts`. */
const VIEW_MS = 15_000;

interface View {
  readonly home: Home;
  readonly snapshot: Snapshot;
  readonly at: number;
  counted?: Counted;
}

const keyOf = ({ tenant, collection }: KnowledgeScope): string => JSON.stringify([tenant, collection]);

/** The knowledge base in Qdrant: durable there, shared by all instances, searched by its Query API. */
export class QdrantStore implements RebuildableStore {
  private home: { readonly value: Home; readonly at: number } | undefined;
  /** Collections by name; what is read of them never changes. */
  private readonly homes = new Map<string, Home>();
  /** What was last seen of each scope. */
  private readonly views = new Map<string, View>();

  constructor(
    private readonly calls: QdrantCalls,
    private readonly sweeper: Sweeper,
    private readonly alias: string,
    /** Fingerprint of the embedding model in use. */
    private readonly model: string = UNNAMED_SPACE,
    /** For collections that are made. */
    private readonly replication = 1,
    private readonly lease: Lease = LEASE,
  ) {}

  async replaceDocument(scope: KnowledgeScope, document: Omit<StoredDocument, 'passages' | 'updatedAt'>, passages: readonly StoredPassage[], order?: number): Promise<boolean> {
    requireScope(scope);
    if (passages.some(({ documentId }) => documentId !== document.documentId)) throw new MeshError('REQUEST_INVALID', 'a passage belongs to another document', { field: 'documentId' });
    requireValidity(passages);
    const { documentId, title, contentHash, origin = null } = document;
    // Spares the writing where it is known to be late already; what decides is read in the turn of the change.
    if (order !== undefined && isLate(await this.reading((home) => findRecord(this.calls, home.records, scope, documentId)), order)) return false;
    const record = { documentId, title, contentHash, origin, passages: passages.length, updatedAt: new Date().toISOString(), gone: false };
    const made = await this.write((home) =>
      writeDocument(this.calls, home, scope, documentId, passages, this.model, (before) => (isLate(before, order) ? 'superseded' : { record: { ...record, order: order ?? before?.order } })),
    );
    return made === 'done';
  }

  async deleteDocument(scope: KnowledgeScope, documentId: string, order?: number): Promise<boolean> {
    requireScope(scope);
    let existed = false;
    const made = await this.write((home) =>
      new Ledger(this.calls, home, scope).apply(randomUUID(), documentId, (before) => {
        if (isLate(before, order)) return 'superseded';
        // Where there is none the order is noted all the same, so that an earlier one does not bring it about.
        if ((!before || before.gone) && order === undefined) return 'nothing there';
        existed ||= before?.gone === false;
        const { title = '', contentHash = '', origin = null } = before ?? {};
        return { record: { documentId, title, contentHash, origin, passages: 0, updatedAt: new Date().toISOString(), gone: true, order: order ?? before?.order } };
      }),
    );
    return existed && made !== 'superseded';
  }

  async keepDocument(scope: KnowledgeScope, documentId: string, order: number, contentHash?: string): Promise<KeepResult> {
    requireScope(scope);
    const made = await this.write((home) =>
      new Ledger(this.calls, home, scope).apply<KeepResult>(randomUUID(), documentId, (before) => {
        if (contentHash !== undefined && (before?.gone !== false || before.contentHash !== contentHash)) return 'changed';
        if (isLate(before, order)) return 'superseded';
        if (before?.order === order) return 'kept';
        if (!before) return { record: { documentId, title: '', contentHash: '', origin: null, passages: 0, updatedAt: new Date().toISOString(), gone: true, order }, keeps: true };
        const { version, ...known } = before;
        return { record: { ...known, order, since: known.since ?? version }, keeps: true };
      }),
    );
    return made === 'done' ? 'kept' : made;
  }

  async document(scope: KnowledgeScope, documentId: string): Promise<StoredDocument | undefined> {
    requireScope(scope);
    return this.reading(async (home) => {
      // A write that was broken off after its record must not be taken for one that is done.
      await new Ledger(this.calls, home, scope).settle(documentId);
      const record = await findRecord(this.calls, home.records, scope, documentId);
      return record && !record.gone ? documentOf(record) : undefined;
    });
  }

  async documents(scope: KnowledgeScope, limit: number, after?: string): Promise<DocumentPage> {
    requireScope(scope);
    pageSize(limit);
    if (after !== undefined && !isUuid(after)) throw new MeshError('REQUEST_INVALID', 'the page before did not end with this', { field: 'after' });
    return this.reading(async (home) => {
      // Says so where the base has moved.
      await new Ledger(this.calls, home, scope).read();
      const { records, next } = await listRecords(this.calls, home.records, scope, { limit, offset: after });
      return { documents: records.map(documentOf), ...(next === undefined ? {} : { next }) };
    });
  }

  async query(scope: KnowledgeScope, query: KnowledgeQuery): Promise<KnowledgeHit[]> {
    requireScope(scope);
    requireQuery(query);
    return this.reading(async (home) => {
      const run = (snapshot: Snapshot): Promise<KnowledgeHit[]> => {
        const { dense, ...byWords } = query;
        const comparable = snapshot.space?.fingerprint === this.model && snapshot.space.dimension === dense?.length;
        return search(this.calls, home, scope, snapshot, comparable ? query : byWords);
      };
      // What was seen last is most often what is there now, so it is searched while that is looked up.
      const last = this.views.get(keyOf(scope));
      if (last && last.home.passages === home.passages && performance.now() - last.at < VIEW_MS) {
        const [hits, view] = await Promise.all([run(last.snapshot), this.view(home, scope)]);
        return view === last || !view ? hits : run(view.snapshot);
      }
      const view = await this.view(home, scope);
      return view ? run(view.snapshot) : [];
    });
  }

  async statistics(scope: KnowledgeScope, indices: readonly number[]): Promise<{ passages: number; frequencies: number[] }> {
    requireScope(scope);
    return this.reading(async (home) => {
      const view = await this.view(home, scope);
      if (!view) return { passages: 0, frequencies: indices.map(() => 0) };
      const counted = await count(this.calls, home, scope, view.snapshot, indices, view.counted);
      view.counted = counted;
      return { passages: counted.passages, frequencies: indices.map((id) => counted.frequencies.get(id) ?? 0) };
    });
  }

  async space(scope: KnowledgeScope): Promise<KnowledgeSpace | undefined> {
    requireScope(scope);
    return this.reading(async (home) => (await new Ledger(this.calls, home, scope).read())?.space ?? undefined);
  }

  async forgetVectors(scope: KnowledgeScope): Promise<void> {
    requireScope(scope);
    await this.write(async (home) => {
      const space = await new Ledger(this.calls, home, scope).forgetSpace();
      if (space) await this.calls.deleteVectors(home.passages, vectorName(space), { must: ofScope(scope) });
    });
  }

  async rebuild(rebuild: KnowledgeRebuild): Promise<RebuildResult> {
    return rebuildBase({ calls: this.calls, alias: this.alias, replication: this.replication, lease: this.lease }, rebuild);
  }

  /** @throws MeshError where the server does not answer, is of another version, or has lost the knowledge base */
  async ready(signal?: AbortSignal): Promise<void> {
    requireVersion(await this.calls.version(signal));
    await this.currentHome(signal);
  }

  async close(): Promise<void> {
    await this.sweeper.close();
    await this.calls.close();
  }

  /** What is to be seen of the scope now. The same object as before where that is what was seen before. */
  private async view(home: Home, scope: KnowledgeScope): Promise<View | undefined> {
    const at = performance.now();
    const ledger = await new Ledger(this.calls, home, scope).read();
    if (!ledger) return undefined;
    const snapshot = snapshotOf(ledger);
    const before = this.views.get(keyOf(scope));
    if (before && before.home.passages === home.passages && sameSnapshot(before.snapshot, snapshot)) {
      Object.assign(before, { at });
      return before;
    }
    const view: View = { home, snapshot, at };
    this.views.set(keyOf(scope), view);
    return view;
  }

  /** Makes a change. Where the base moves meanwhile, it is made once more where that is then, so that it is in no case lost. */
  private async write<Result>(change: (home: Home) => Promise<Result>): Promise<Result> {
    for (;;) {
      const home = await this.currentHome();
      const hasMoved = async (): Promise<boolean> => (await this.currentHome()).passages !== home.passages;
      try {
        const result = await change(home);
        this.sweeper.soon(home);
        // Only after this can the base move, and what was made before it is in the copy.
        if ((await readGate(this.calls, home))?.state !== 'closed') return result;
      } catch (error) {
        if (!(error instanceof BaseMoved || (statusOf(error) === 404 && (await hasMoved())))) throw error;
      }
      await untilMoved(this.calls, home, hasMoved, this.lease);
    }
  }

  private async currentHome(signal?: AbortSignal): Promise<Home> {
    const at = performance.now();
    const collection = (await this.calls.aliases(signal)).get(this.alias);
    if (collection === undefined) throw new MeshError('DATABASE_UNAVAILABLE', `Qdrant at ${this.calls.host} has no knowledge base: the alias ${this.alias} is gone`);
    const value = this.homes.get(collection) ?? (await readHome(this.calls, this.alias, collection, signal));
    this.homes.set(collection, value);
    this.home = { value, at };
    return value;
  }

  /** Runs a read on the base as the alias names it, and once more where that has been moved or removed. */
  private async reading<Result>(read: (home: Home) => Promise<Result>): Promise<Result> {
    let home = this.home && performance.now() - this.home.at < HOME_MS ? this.home.value : await this.currentHome();
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await read(home);
      } catch (error) {
        if (!(error instanceof BaseMoved) && !(isFirst && statusOf(error) === 404)) throw error;
        const now = await this.currentHome();
        home = error instanceof BaseMoved && now.passages === home.passages ? { ...now, isClosed: true } : now;
      }
    }
  }
}

const isLate = (before: VersionedRecord | undefined, order: number | undefined): boolean => order !== undefined && before?.order !== undefined && before.order > order;

/**
 * Stores the passages of a document where no reader sees them, then shows them all at once, unless `make` refuses.
 * `model` is the fingerprint of what made their vectors.
 * @throws MeshError MODEL_MISMATCH where they are not of the space that the scope has
 */
async function writeDocument<Refused extends string>(calls: QdrantCalls, home: Home, scope: KnowledgeScope, documentId: string, passages: readonly StoredPassage[], model: string, make: (before: VersionedRecord | undefined) => Made | Refused): Promise<Refused | 'done'> {
  const ledger = new Ledger(calls, home, scope);
  const held = passages.some(({ dense }) => dense) ? (await ledger.read())?.space : undefined;
  const space = requireSpace(scope, held ?? undefined, model, passages);
  if (space && !held) await addSpace(calls, home, space);
  const token = randomUUID();
  for (let at = 0; at < passages.length; at += BATCH) {
    await calls.upsert(home.passages, passages.slice(at, at + BATCH).map((passage) => pointOf(scope, passage, token, space)));
  }
  return ledger.apply(token, documentId, make, space);
}
