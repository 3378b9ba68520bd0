import type { KnowledgeRebuild, KnowledgeScope, KnowledgeSpace, PassageKeys, StoredPassage } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import { BATCH, SPARSE, type Home } from '../collections.js';
import { Ledger, snapshotOf, writeLedger } from '../ledger.js';
import { idOf, passageOf, pointOf, vectorName } from '../passage-points.js';
import type { QdrantCalls } from '../qdrant-calls.js';
import { addSpace } from '../spaces.js';
import { findRecord, listRecords, recordPoint, type VersionedRecord } from '../records.js';
import { ofScope, visible } from '../snapshot.js';
import type { Point, StoredPoint } from '../wire.js';

export interface Copy {
  readonly calls: QdrantCalls;
  readonly from: Home;
  readonly to: Home;
  readonly rebuild: Pick<KnowledgeRebuild, 'remake' | 'space' | 'signal'>;
  /** Asked before each write. @throws MeshError where this run must not write any more */
  readonly requireHeld: () => void;
  readonly onCopied: (documents: number, passages: number) => void;
}

/** Documents that are looked at together, and passages that are held of them unless one has more. */
const DOCUMENTS = 64;
const PASSAGES = 2_048;
/** How often a document may be found changed while it is read. */
const TRIES = 50;

const Space = z.object({ fingerprint: z.string(), dimension: z.number() }).nullable();
/** How far the copy of a scope has come: all changes up to `after` are in it. */
const Progress = z.object({
  after: z.number(),
  /** The pass that was broken off: which changes it brings, and where it goes on. */
  upTo: z.number(),
  offset: z.string().nullable(),
  /** The highest number that was copied. */
  last: z.number(),
  space: Space,
});
type Progress = z.infer<typeof Progress>;

const progressId = ({ tenant, collection }: KnowledgeScope): string => idOf('copy', tenant, collection);

/**
 * Brings a scope of the copy up to date: what was changed since the last time, deletions too, under the numbers that the
 * changes have. Repeating any part of it is harmless. @returns how many documents had changed
 */
export async function copyScope(copy: Copy, scope: KnowledgeScope): Promise<number> {
  const { calls, from, to, rebuild, requireHeld } = copy;
  const ledger = new Ledger(calls, from, scope);
  await ledger.settleAll(rebuild.signal);
  const held = await ledger.read(rebuild.signal);
  if (!held) return 0;
  const space = rebuild.space ?? held.space;
  let progress = await readProgress(copy, scope);
  if (JSON.stringify(progress?.space ?? null) !== JSON.stringify(space)) {
    requireHeld();
    // Vectors that were forgotten meanwhile must not come back with the copy.
    if (progress?.space) await calls.deleteVectors(to.passages, vectorName(progress.space), { must: ofScope(scope) });
    if (space) await addSpace(calls, to, space);
  }
  // What is open has a number, and no record yet.
  const upTo = Math.min(held.last, ...held.open.map(({ number }) => number - 1));
  progress = progress?.offset ? { ...progress, space } : { after: progress?.after ?? 0, upTo, offset: null, last: progress?.last ?? 0, space };
  let changed = 0;
  for (;;) {
    const { records, next } = await listRecords(calls, from.records, scope, { limit: DOCUMENTS, after: progress.after, offset: progress.offset ?? undefined, signal: rebuild.signal });
    for (const group of groupsOf(records)) {
      const copied = await copyDocuments(copy, scope, ledger, group, held.space, space);
      progress = { ...progress, last: Math.max(progress.last, ...copied) };
    }
    changed += records.length;
    progress = { ...progress, offset: next ?? null };
    requireHeld();
    if (next !== undefined) {
      await writeProgress(copy, scope, progress);
      continue;
    }
    progress = { ...progress, after: progress.upTo, last: Math.max(progress.last, progress.upTo) };
    // The ledger first: where the run ends here, the pass is made once more.
    await writeLedger(calls, to, scope, { last: progress.last, open: [], recent: [], space });
    await writeProgress(copy, scope, progress);
    return changed;
  }
}

/** @throws MeshError STORE_ANSWER_INVALID where the copy of a scope does not hold what its records say */
export async function requireWhole({ calls, to, rebuild }: Copy, scope: KnowledgeScope): Promise<void> {
  const ledger = await new Ledger(calls, to, scope).read(rebuild.signal);
  if (!ledger) return;
  let wanted = 0;
  for (let offset: string | undefined; ; ) {
    const { records, next } = await listRecords(calls, to.records, scope, { limit: 1_000, offset, signal: rebuild.signal });
    for (const { passages } of records) wanted += passages;
    if (next === undefined) break;
    offset = next;
  }
  const found = await calls.count(to.passages, visible(scope, snapshotOf(ledger)), rebuild.signal);
  if (found !== wanted) throw new MeshError('STORE_ANSWER_INVALID', `the copy holds ${found} passages of a collection where its documents have ${wanted}`);
}

function* groupsOf(records: readonly VersionedRecord[]): Generator<VersionedRecord[]> {
  let group: VersionedRecord[] = [];
  let passages = 0;
  for (const record of records) {
    if (group.length > 0 && passages + record.passages > PASSAGES) {
      yield group;
      [group, passages] = [[], 0];
    }
    group.push(record);
    passages += record.passages;
  }
  if (group.length > 0) yield group;
}

interface Read {
  readonly record: VersionedRecord;
  readonly passages: readonly { readonly passage: StoredPassage; readonly dense: Float32Array | undefined }[];
}

/** Copies documents as they are now. @returns the numbers of their changes */
async function copyDocuments(copy: Copy, scope: KnowledgeScope, ledger: Ledger, records: readonly VersionedRecord[], held: KnowledgeSpace | null, space: KnowledgeSpace | null): Promise<number[]> {
  const { calls, to, rebuild, requireHeld } = copy;
  const documents = await readDocuments(copy, scope, ledger, records, rebuild.space ? null : held);
  const all = documents.flatMap(({ record, passages }) => passages.map((one) => ({ ...one, since: sinceOf(record) })));
  const keys = all.length === 0 ? [] : await rebuild.remake(scope, all.map(({ passage }) => passage), rebuild.signal);
  if (keys.length !== all.length) throw new MeshError('INTERNAL', `${all.length} passages were remade as ${keys.length}`);
  const points = all.map(({ passage, dense, since }, at) => copiedPoint(scope, passage, since, keys[at]!, rebuild.space ? keys[at]!.dense : dense, space));
  for (let at = 0; at < points.length; at += BATCH) {
    requireHeld();
    await calls.upsert(to.passages, points.slice(at, at + BATCH), {}, rebuild.signal);
  }
  requireHeld();
  const sinces = documents.filter(({ passages }) => passages.length > 0).map(({ record }) => sinceOf(record));
  // What an earlier pass has brought of them; a number belongs to one document.
  await calls.deleteWhere(to.passages, { must: [...ofScope(scope), { key: 'document_id', match: { any: records.map(({ documentId }) => documentId) } }], ...(sinces.length > 0 ? { must_not: [{ key: 'since', match: { any: sinces } }] } : {}) }, rebuild.signal);
  await calls.upsert(to.records, documents.map(({ record }) => recordPoint(scope, record, record.version)), {}, rebuild.signal);
  copy.onCopied(documents.filter(({ record }) => !record.gone).length, all.length);
  return documents.map(({ record }) => record.version);
}

const sinceOf = ({ since, version }: VersionedRecord): number => since ?? version;

/** The documents with all passages that their records tell of. Where a document is being changed, it is read again. */
async function readDocuments({ calls, from, rebuild: { signal } }: Copy, scope: KnowledgeScope, ledger: Ledger, records: readonly VersionedRecord[], held: KnowledgeSpace | null): Promise<Read[]> {
  const read: Read[] = [];
  let wanted = [...records];
  for (let tries = 0; wanted.length > 0; tries += 1) {
    if (tries >= TRIES) throw new MeshError('STORE_ANSWER_INVALID', `${wanted.length} documents do not have the passages that their records tell of`);
    const present = wanted.filter(({ gone }) => !gone);
    const points = present.length === 0 ? [] : await readPassages(calls, from, scope, ledger, present.map(({ documentId }) => documentId), held, signal);
    const again: VersionedRecord[] = [];
    for (const record of wanted) {
      const own = points.filter(({ passage: { documentId } }) => documentId === record.documentId);
      if (record.gone || (own.length === record.passages && own.every(({ since }) => since === sinceOf(record)))) {
        read.push({ record, passages: record.gone ? [] : own });
        continue;
      }
      await ledger.settle(record.documentId, signal);
      again.push((await findRecord(calls, from.records, scope, record.documentId, signal)) ?? record);
    }
    wanted = again;
  }
  return read;
}

async function readPassages(calls: QdrantCalls, { passages }: Home, scope: KnowledgeScope, ledger: Ledger, documentIds: readonly string[], held: KnowledgeSpace | null, signal: AbortSignal) {
  const stored = await ledger.read(signal);
  if (!stored) return [];
  const snapshot = snapshotOf(stored);
  const filter = visible(scope, snapshot, [{ key: 'document_id', match: { any: documentIds } }]);
  const withVectors = held ? [SPARSE, vectorName(held)] : [SPARSE];
  const found: { passage: StoredPassage; dense: Float32Array | undefined; since: number }[] = [];
  for (let offset: string | undefined; ; ) {
    const page = await calls.scroll(passages, { filter, limit: BATCH, withVectors, ...(offset === undefined ? {} : { offset }) }, signal);
    for (const point of page.points) found.push({ passage: passageOf(scope, snapshot, point), dense: held ? denseOf(point, vectorName(held)) : undefined, since: (point.payload as { since: number }).since });
    if (page.next === undefined) return found;
    offset = page.next;
  }
}

function denseOf({ vector }: StoredPoint, name: string): Float32Array | undefined {
  const values = (vector as Record<string, unknown>)[name];
  return Array.isArray(values) ? new Float32Array(values as number[]) : undefined;
}

/** The same for the same version of a passage, whoever makes it, so that it is copied once however often. */
function copiedPoint(scope: KnowledgeScope, passage: StoredPassage, since: number, { sparse }: PassageKeys, dense: Float32Array | undefined, space: KnowledgeSpace | null): Point {
  const { tenant, collection } = scope;
  const { documentId, id, position } = passage;
  const point = pointOf(scope, { ...passage, sparse, ...(dense ? { dense } : {}) }, 'copy', space ?? undefined);
  return { ...point, id: idOf('copied', tenant, collection, documentId, id, position, since), payload: { ...point.payload, since } };
}

async function readProgress({ calls, to, rebuild }: Copy, scope: KnowledgeScope): Promise<Progress | undefined> {
  const [point] = await calls.retrieve(to.records, [progressId(scope)], rebuild.signal);
  return point && Progress.parse(point.payload);
}

async function writeProgress({ calls, to, rebuild }: Copy, scope: KnowledgeScope, progress: Progress): Promise<void> {
  await calls.upsert(to.records, [{ id: progressId(scope), vector: {}, payload: { ...scope, kind: 'copy', ...progress } }], {}, rebuild.signal);
}
