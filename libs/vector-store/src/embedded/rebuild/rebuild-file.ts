import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import type { KnowledgeRebuild, KnowledgeScope, RebuildResult } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { LEASE, type Lease } from '../../lease.js';
import { openRebuildRows, prepareRebuild, type Place, type RebuildRows } from './rebuild-rows.js';

export interface FileOfRebuild {
  /** Of the connection that always sees what is committed. */
  readonly lookUp: DatabaseSync;
  readonly write: DatabaseSync;
  /** Runs work in a durable transaction on the writing connection. */
  readonly inTransaction: <Result>(work: () => Result | Promise<Result>) => Promise<Result>;
  /** Tells all instances that a document is to be read again; within a transaction. */
  readonly logChange: (scope: KnowledgeScope, documentId: string) => void;
  /** After a transaction in which documents of the scope were changed. */
  readonly changed: (scope: KnowledgeScope) => void;
  readonly lease?: Lease | undefined;
}

/** Documents that are made anew together, and share a transaction. */
const AT_ONCE = 16;

const running = (): MeshError => new MeshError('REBUILD_RUNNING', 'another run is at work on the knowledge base; only one may be');

/**
 * Makes the keys of all passages anew in their rows, document by document, each as a whole; the run notes in the file how
 * far it has come. A document that is replaced meanwhile is read again.
 */
export async function rebuildFile({ lookUp, write, inTransaction, logChange, changed, lease = LEASE }: FileOfRebuild, rebuild: KnowledgeRebuild): Promise<RebuildResult> {
  const { signal, recipe, space, onProgress } = rebuild;
  const owner = randomUUID();
  await inTransaction(() => prepareRebuild(write));
  const [seen, own] = [openRebuildRows(lookUp), openRebuildRows(write)];
  await take(seen, own, owner, inTransaction, lease, signal);
  const timer = setInterval(() => void inTransaction(() => own.beat(owner)).catch(() => undefined), lease.beatMs).unref();
  let isDone = false;
  try {
    const state = seen.state();
    if (state?.recipe !== recipe) await inTransaction(() => own.begin(recipe));
    let place: Place = state?.recipe === recipe ? state : { tenant: '', collection: '', documentId: '' };
    const result = { documents: 0, passages: 0 };
    const before = state?.recipe === recipe ? state.documents : 0;
    const total = seen.total();
    for (let pinned = ''; ; ) {
      signal.throwIfAborted();
      const following = seen.following(place, AT_ONCE);
      const [first] = following;
      if (!first) break;
      // Those of one scope.
      const documents = following.filter(({ tenant, collection }) => tenant === first.tenant && collection === first.collection);
      const key = JSON.stringify([first.tenant, first.collection]);
      // From here on nobody adds vectors of the model before; those that are there are searched by whoever still has it.
      if (space && pinned !== key) await inTransaction(() => own.pin(first, space));
      pinned = key;
      const counts = await Promise.all(documents.map((document) => remakeDocument({ seen, own, rebuild, inTransaction, logChange }, document)));
      place = documents.at(-1) ?? first;
      result.documents += documents.length;
      for (const count of counts) result.passages += count;
      if (!(await inTransaction(() => own.reach(owner, place, before + result.documents)))) throw running();
      changed(first);
      onProgress?.({ documents: before + result.documents, total });
    }
    isDone = true;
    return result;
  } finally {
    clearInterval(timer);
    await inTransaction(() => (isDone ? own.forget(owner) : own.release(owner))).catch(() => undefined);
  }
}

type Transaction = FileOfRebuild['inTransaction'];

/** @throws MeshError REBUILD_RUNNING where another run has the file and is alive */
async function take(seen: RebuildRows, own: RebuildRows, owner: string, inTransaction: Transaction, { beatMs, leaseMs }: Lease, signal: AbortSignal): Promise<void> {
  const before = seen.state();
  if (before && before.owner !== null) {
    for (const until = performance.now() + leaseMs; performance.now() < until; ) {
      await setTimeout(beatMs / 2, undefined, { signal });
      const now = seen.state();
      if (!now || now.owner === null) break;
      if (now.beat !== before.beat || now.owner !== before.owner) throw running();
    }
  }
  const isTaken = await inTransaction(() => {
    const now = own.state();
    if (now && now.owner !== null && (now.owner !== before?.owner || now.beat !== before.beat)) return false;
    own.take(owner);
    return true;
  });
  if (!isTaken) throw running();
}

interface Making extends Pick<FileOfRebuild, 'inTransaction' | 'logChange'> {
  readonly seen: RebuildRows;
  readonly own: RebuildRows;
  readonly rebuild: KnowledgeRebuild;
}

/** @returns how many passages it has */
async function remakeDocument({ seen, own, rebuild: { remake, space, signal }, inTransaction, logChange }: Making, place: Place): Promise<number> {
  for (;;) {
    signal.throwIfAborted();
    const found = seen.passages(place);
    if (found.length === 0) return 0;
    const keys = await remake(place, found.map(({ passage }) => passage), signal);
    if (keys.length !== found.length) throw new MeshError('INTERNAL', `${found.length} passages were remade as ${keys.length}`);
    const isDone = await inTransaction(() => {
      if (!own.setKeys(place, found.map(({ row }) => row), keys, space)) return false;
      logChange(place, place.documentId);
      return true;
    });
    if (isDone) return found.length;
  }
}
