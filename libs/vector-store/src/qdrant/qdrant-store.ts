import { randomUUID } from 'node:crypto';
import type { KnowledgeHit, KnowledgeQuery, KnowledgeScope, KnowledgeSpace, StoredDocument, StoredPassage, VectorStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { requireScope } from '../require-scope.js';
import { requireSpace, UNNAMED_SPACE } from '../require-space.js';
import { requireQuery, requireValidity } from '../validity.js';
import { BATCH, readHome, type Home } from './collections.js';
import { Ledger, snapshotOf } from './ledger.js';
import { statusOf } from './name-failure.js';
import { pointOf, vectorName } from './passage-points.js';
import type { QdrantCalls } from './qdrant-calls.js';
import { requireVersion } from './require-version.js';
import { count, type Counted } from './read-statistics.js';
import { documentOf, findRecord, listRecords, type DocumentRecord } from './records.js';
import { search } from './search.js';
import { ofScope, sameSnapshot, type Snapshot } from './snapshot.js';
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
export class QdrantStore implements VectorStore {
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
  ) {}

  async replaceDocument(scope: KnowledgeScope, document: Omit<StoredDocument, 'passages' | 'updatedAt'>, passages: readonly StoredPassage[], order?: number): Promise<boolean> {
    requireScope(scope);
    if (passages.some(({ documentId }) => documentId !== document.documentId)) throw new MeshError('REQUEST_INVALID', 'a passage belongs to another document', { field: 'documentId' });
    requireValidity(passages);
    const { documentId, title, contentHash, origin = null } = document;
    const last = await this.lastOrder(scope, documentId);
    if (order !== undefined && last !== undefined && last > order) return false;
    await this.write(scope, { documentId, title, contentHash, origin, passages: passages.length, updatedAt: new Date().toISOString(), gone: false, order: order ?? last }, passages);
    return true;
  }

  async deleteDocument(scope: KnowledgeScope, documentId: string, order?: number): Promise<boolean> {
    const stored = await this.document(scope, documentId);
    const last = await this.lastOrder(scope, documentId);
    if (order !== undefined && last !== undefined && last > order) return false;
    // Where there is none the order is noted all the same, so that an earlier one does not bring it about.
    if (!stored && order === undefined) return false;
    const gone = stored ?? { documentId, title: '', contentHash: '' };
    await this.write(scope, { ...gone, origin: stored?.origin ?? null, passages: 0, updatedAt: new Date().toISOString(), gone: true, order: order ?? last }, []);
    return stored !== undefined;
  }

  async keepDocument(scope: KnowledgeScope, documentId: string, order: number): Promise<boolean> {
    requireScope(scope);
    const last = await this.lastOrder(scope, documentId);
    return last === undefined || last <= order;
  }

  /** Looked up before a write and not together with it: two that are made in the same moment may still change places. */
  private lastOrder(scope: KnowledgeScope, documentId: string): Promise<number | undefined> {
    return this.reading(async (home) => {
      await new Ledger(this.calls, home, scope).settle(documentId);
      return (await findRecord(this.calls, home.records, scope, documentId))?.order;
    });
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

  async documents(scope: KnowledgeScope, limit: number): Promise<StoredDocument[]> {
    requireScope(scope);
    return this.reading(async (home) => (await listRecords(this.calls, home.records, scope, { limit })).map(documentOf));
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
    const home = await this.currentHome();
    const space = await new Ledger(this.calls, home, scope).forgetSpace();
    if (space) await this.calls.deleteVectors(home.passages, vectorName(space), { must: ofScope(scope) });
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

  /** Stores passages where no reader sees them, then shows them all at once. Again where the base has moved meanwhile. */
  private async write(scope: KnowledgeScope, record: DocumentRecord, passages: readonly StoredPassage[]): Promise<void> {
    for (;;) {
      const home = await this.currentHome();
      await writeDocument(this.calls, home, scope, record, passages, this.model);
      this.sweeper.soon(home);
      if ((await this.currentHome()).passages === home.passages) return;
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

  /** Runs a read on the base as the alias names it, and once more where that has been removed. */
  private async reading<Result>(read: (home: Home) => Promise<Result>): Promise<Result> {
    const known = this.home && performance.now() - this.home.at < HOME_MS ? this.home.value : await this.currentHome();
    try {
      return await read(known);
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      return read(await this.currentHome());
    }
  }
}

/**
 * Stores the passages of a document and shows them. `model` is the fingerprint of what made their vectors.
 * @throws MeshError MODEL_MISMATCH where they are not of the space that the scope has
 */
export async function writeDocument(calls: QdrantCalls, home: Home, scope: KnowledgeScope, record: DocumentRecord, passages: readonly StoredPassage[], model: string, signal?: AbortSignal): Promise<void> {
  const ledger = new Ledger(calls, home, scope);
  const held = passages.some(({ dense }) => dense) ? (await ledger.read(signal))?.space : undefined;
  const space = requireSpace(scope, held ?? undefined, model, passages);
  if (space && !held) await addSpace(calls, home, space);
  const token = randomUUID();
  for (let at = 0; at < passages.length; at += BATCH) {
    await calls.upsert(home.passages, passages.slice(at, at + BATCH).map((passage) => pointOf(scope, passage, token, space)), {}, signal);
  }
  await ledger.apply(token, record, space, signal);
}

async function addSpace(calls: QdrantCalls, { passages }: Home, space: KnowledgeSpace): Promise<void> {
  const name = vectorName(space);
  if ((await calls.describe(passages)).vectors.includes(name)) return;
  await calls.addVector(passages, name, space.dimension);
  await calls.addMetadata(passages, { [name]: space });
}
