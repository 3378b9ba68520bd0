import type { KnowledgeRebuild, KnowledgeScope, RebuildResult } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Lease } from '../../lease.js';
import { MAX_LIMIT, createHome, findHome, homeOf, type Home } from '../collections.js';
import type { QdrantCalls } from '../qdrant-calls.js';
import { DOCUMENT } from '../records.js';
import { copyScope, requireWhole, type Copy } from './copy-scope.js';
import { HeldGate } from './hold-gate.js';

/** With fewer documents behind than this, changes wait until the copy has them too. */
const FEW = 64;
/** Passes after which they wait in any case: they come faster than they are copied. */
const MOST_PASSES = 20;

export interface BaseOfRebuild {
  readonly calls: QdrantCalls;
  readonly alias: string;
  readonly replication: number;
  readonly lease: Lease;
}

/**
 * Makes the next version of the base from the one in use, and moves the alias. Readers and writers stay with the old
 * one until then; only in the last moments, while its gate is closed, does a change wait for the move and is made in
 * the new one.
 */
export async function rebuildBase({ calls, alias, replication, lease }: BaseOfRebuild, rebuild: KnowledgeRebuild): Promise<RebuildResult> {
  const { signal } = rebuild;
  const found = await findHome(calls, alias, signal);
  if (!found) throw new MeshError('DATABASE_UNAVAILABLE', `Qdrant at ${calls.host} has no knowledge base: the alias ${alias} is gone`);
  // The run reads on where others are sent away.
  const from: Home = { ...found, isClosed: true };
  const gate = await HeldGate.take(calls, from, lease, signal);
  let isDone = false;
  try {
    const to = await targetOf({ calls, alias, replication, gate, recipe: rebuild.recipe }, from);
    const result = { documents: 0, passages: 0 };
    const total = await calls.count(from.records, { must: [DOCUMENT] }, signal);
    const requireHeld = (): void => {
      signal.throwIfAborted();
      gate.requireHeld();
    };
    const onCopied = (documents: number, passages: number): void => {
      result.documents += documents;
      result.passages += passages;
      rebuild.onProgress?.({ documents: result.documents, total });
    };
    const copy: Copy = { calls, from, to: { ...to, isClosed: true }, rebuild, requireHeld, onCopied };
    await copyAll(copy, gate);
    requireHeld();
    await gate.change({});
    // Whatever comes of it: where the alias may lead to the new version, the gate of the old one stays closed.
    isDone = true;
    await switchTo({ calls, alias, lease }, to, from).catch(async (error: unknown) => {
      isDone = (await calls.aliases()).get(alias) !== from.passages;
      if (!isDone) throw error;
    });
    if (!rebuild.keepOld) await dropHome(calls, from);
    return { ...result, now: to.passages, before: from.passages };
  } finally {
    await gate.release(isDone);
  }
}

/** Not later than others may take this run for dead. */
async function switchTo({ calls, alias, lease }: Pick<BaseOfRebuild, 'calls' | 'alias' | 'lease'>, to: Home, from: Home): Promise<void> {
  await calls.switchAlias(alias, to.passages, from.passages, AbortSignal.timeout(lease.leaseMs / 2));
}

async function copyAll(copy: Copy, gate: HeldGate): Promise<void> {
  for (let pass = 0, changed = Infinity; changed > FEW && pass < MOST_PASSES; pass += 1) changed = await passOver(copy);
  for (const scope of await scopesOf(copy.calls, copy.from, copy.rebuild.signal)) await requireWhole(copy, scope);
  // From here on a change that is made waits: what was made before is numbered, and is copied now.
  await gate.change({ state: 'closed' });
  await passOver(copy);
}

async function passOver(copy: Copy): Promise<number> {
  let changed = 0;
  for (const scope of await scopesOf(copy.calls, copy.from, copy.rebuild.signal)) changed += await copyScope(copy, scope);
  return changed;
}

/** The version that a run before has begun by the same recipe, or a new one. */
async function targetOf({ calls, alias, replication, gate, recipe }: { calls: QdrantCalls; alias: string; replication: number; gate: HeldGate; recipe: string }, from: Home): Promise<Home> {
  const { to, recipe: begun } = gate.state;
  if (to !== null && begun === recipe) return createHome(calls, alias, to, replication);
  const names = await calls.collections();
  const versions = names.flatMap((name) => (name.startsWith(`${alias}_v`) ? [Number.parseInt(name.slice(alias.length + 2), 10)] : []));
  const version = Math.max(from.version, to ?? 0, ...versions) + 1;
  await gate.change({ state: 'open', to: version, recipe });
  if (to !== null) await dropHome(calls, homeOf(alias, to));
  return createHome(calls, alias, version, replication);
}

async function dropHome(calls: QdrantCalls, { passages, records }: Home): Promise<void> {
  const names = new Set(await calls.collections());
  for (const name of [passages, records]) if (names.has(name)) await calls.deleteCollection(name);
}

/** Of all tenants: it is their ledgers that are listed here, and no other request goes without a tenant. */
async function scopesOf(calls: QdrantCalls, { records }: Home, signal: AbortSignal): Promise<KnowledgeScope[]> {
  const scopes: KnowledgeScope[] = [];
  for (let offset: string | undefined; ; ) {
    const { points, next } = await calls.scroll(records, { filter: { must: [{ key: 'kind', match: { value: 'ledger' } }] }, limit: MAX_LIMIT, ...(offset === undefined ? {} : { offset }) }, signal);
    for (const { payload } of points) {
      const { tenant, collection } = payload as KnowledgeScope;
      scopes.push({ tenant, collection });
    }
    if (next === undefined) return scopes;
    offset = next;
  }
}
