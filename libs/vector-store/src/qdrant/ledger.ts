import { setTimeout } from 'node:timers/promises';
import type { KnowledgeScope, KnowledgeSpace } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import type { Home } from './collections.js';
import { idOf } from './passage-points.js';
import type { QdrantCalls } from './qdrant-calls.js';
import { requireSameSpace } from '../require-space.js';
import { BaseMoved, GATE_ID, gateOf } from './rebuild/gate.js';
import { findRecord, recordPoint, type VersionedRecord } from './records.js';
import { NEVER, ofScope, type Snapshot } from './snapshot.js';

const Change = z.object({
  number: z.number(),
  /** Of the write, and of the points that it has stored. */
  token: z.string(),
  record: z.object({
    documentId: z.string(),
    title: z.string(),
    contentHash: z.string(),
    origin: z.string().nullable(),
    passages: z.number(),
    updatedAt: z.string(),
    gone: z.boolean(),
    order: z.number().optional(),
    since: z.number().optional(),
  }),
  /** It leaves the passages as they are. */
  keeps: z.boolean().optional(),
});
export type Change = z.infer<typeof Change>;

const Stored = z.object({
  tenant: z.string(),
  collection: z.string(),
  kind: z.literal('ledger'),
  revision: z.number(),
  last: z.number(),
  open: z.array(Change),
  /** Of which the dense vectors are. */
  space: z.object({ fingerprint: z.string(), dimension: z.number() }).nullable(),
  /** Tokens of the changes that were done last, so that a writer knows its own when another has ended it. */
  recent: z.array(z.string()),
});
type Stored = z.infer<typeof Stored>;

/** What a change makes of a document. */
export type Made = Pick<Change, 'record' | 'keeps'>;

const REMEMBERED = 64;
/** For as long does a writer try to get its turn. */
const TURN_MS = 60_000;
const LONGEST_PAUSE_MS = 50;

export const snapshotOf = ({ last, open, space }: Stored): Snapshot => ({ last, open: open.map(({ number }) => number), space });

/**
 * The order of the changes of a scope, in one point that is changed by compare-and-set. Writers begin a change when all
 * its points are stored, unseen; a reader sees it from the moment at which it is no longer open. Whoever meets a change
 * that is open may end it: every step of it can be repeated, by several at once.
 */
export class Ledger {
  constructor(
    private readonly calls: QdrantCalls,
    private readonly home: Home,
    private readonly scope: KnowledgeScope,
  ) {}

  /** Undefined where nothing was ever stored. @throws BaseMoved where the gate of the version is closed, unless it is known to be */
  async read(signal?: AbortSignal): Promise<Stored | undefined> {
    const points = await this.calls.retrieve(this.home.records, [this.id, GATE_ID], signal);
    const gate = points.find(({ id }) => id === GATE_ID);
    if (gate && !this.home.isClosed && gateOf(gate.payload).state === 'closed') throw new BaseMoved();
    const point = points.find(({ id }) => id === this.id);
    if (!point) return undefined;
    const stored = Stored.safeParse(point.payload);
    if (!stored.success || stored.data.tenant !== this.scope.tenant || stored.data.collection !== this.scope.collection) throw new MeshError('STORE_ANSWER_INVALID', 'Qdrant gave a ledger of another scope or in another form');
    return stored.data;
  }

  /**
   * Makes a change seen: its points come, what the document had goes, its record follows. Resolves when readers see it.
   * `make` is given the record as it stands when the change gets its number, and says what is to stand instead; or
   * `Refused`, where nothing is to change.
   * @throws MeshError MODEL_MISMATCH where `space`, of which its vectors are, is not that of the scope
   */
  async apply<Refused extends string>(token: string, documentId: string, make: (before: VersionedRecord | undefined) => Made | Refused, space?: KnowledgeSpace, signal?: AbortSignal): Promise<Refused | 'done'> {
    const begun = await this.begin(token, documentId, make, space, signal);
    if (typeof begun === 'string') return begun;
    if (begun) await this.end(begun, signal);
    return 'done';
  }

  /** Ends what another writer has begun on the document, so that its record tells what is seen. */
  async settle(documentId: string, signal?: AbortSignal): Promise<void> {
    for (const change of (await this.read(signal))?.open ?? []) if (change.record.documentId === documentId) await this.end(change, signal);
  }

  /** Ends all that was begun and not ended. */
  async settleAll(signal?: AbortSignal): Promise<void> {
    for (const change of (await this.read(signal))?.open ?? []) await this.end(change, signal);
  }

  /** From now on the scope has no vectors, and takes those of any model. Returns the space that it had. */
  async forgetSpace(): Promise<KnowledgeSpace | undefined> {
    let had: KnowledgeSpace | undefined;
    await this.inTurn(undefined, async (ledger) => {
      if (!ledger?.space) return { done: undefined };
      had = ledger.space;
      await this.write({ ...ledger, space: null }, ledger, undefined);
      return {};
    });
    return had;
  }

  /** Undefined where another has ended the change already. */
  private begin<Refused extends string>(token: string, documentId: string, make: (before: VersionedRecord | undefined) => Made | Refused, written: KnowledgeSpace | undefined, signal: AbortSignal | undefined): Promise<Change | Refused | undefined> {
    return this.inTurn<Change | Refused>(signal, async (ledger) => {
      const mine = ledger?.open.find((change) => change.token === token);
      if (mine || ledger?.recent.includes(token)) return { done: mine };
      const before = ledger?.open.find((change) => change.record.documentId === documentId);
      if (before) {
        await this.end(before, signal);
        return {};
      }
      const { last = 0, open = [], recent = [], space = null } = ledger ?? {};
      requireSameSpace(this.scope, space, written);
      // Read after the ledger: whoever changes the record in between has changed the ledger first, and then this write has no effect.
      const made = make(await findRecord(this.calls, this.home.records, this.scope, documentId, signal));
      if (typeof made === 'string') return { done: made };
      await this.write({ last: last + 1, open: [...open, { number: last + 1, token, ...made }], recent, space: space ?? written ?? null }, ledger, signal);
      return {};
    });
  }

  private async end(change: Change, signal: AbortSignal | undefined): Promise<void> {
    const { number, token, record, keeps = false } = change;
    const { passages, records } = this.home;
    const own = ofScope(this.scope);
    if (!keeps) await this.calls.setPayloads(passages, [
      ...(record.gone ? [] : [{ payload: { since: number }, filter: { must: [...own, { key: 'token', match: { value: token } }] } }]),
      {
        payload: { until: number, until_at: Date.now() },
        // Not what a later change has brought, where this one is ended once more.
        filter: { must: [...own, { key: 'document_id', match: { value: record.documentId } }, { key: 'since', range: { lt: number } }, { key: 'until', range: { gte: NEVER } }] },
      },
    ], signal);
    await this.calls.upsert(records, [recordPoint(this.scope, record, number)], { onlyWhere: { must: [...own, { key: 'version', range: { lt: number } }] }, strong: true }, signal);
    await this.inTurn(signal, async (ledger) => {
      if (!ledger?.open.some((one) => one.number === number)) return { done: undefined };
      const { open, recent, ...rest } = ledger;
      await this.write({ ...rest, open: open.filter((one) => one.number !== number), recent: [...recent, token].slice(-REMEMBERED) }, ledger, signal);
      return {};
    });
  }

  /** Lets `step` look and write, again and again, until it finds its work done: a write has no effect where another came before it. */
  private async inTurn<Result>(signal: AbortSignal | undefined, step: (ledger: Stored | undefined) => Promise<{ readonly done?: Result | undefined }>): Promise<Result | undefined> {
    const until = performance.now() + TURN_MS;
    for (let tries = 0; performance.now() < until; tries += 1) {
      if (tries > 1) await setTimeout(Math.min(2 ** tries, LONGEST_PAUSE_MS) * Math.random(), undefined, signal ? { signal } : {});
      const result = await step(await this.read(signal));
      if ('done' in result) return result.done;
    }
    throw new MeshError('DATABASE_UNAVAILABLE', 'other writers of the collection leave no turn');
  }

  /** Takes effect where the ledger is still what was read. */
  private async write(next: Pick<Stored, 'last' | 'open' | 'recent' | 'space'>, before: Stored | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { tenant, collection } = this.scope;
    const payload: Stored = { ...next, tenant, collection, kind: 'ledger', revision: (before?.revision ?? 0) + 1 };
    const condition = before ? { onlyWhere: { must: [...ofScope(this.scope), { key: 'revision', match: { value: before.revision } }] } } : { insertOnly: true };
    await this.calls.upsert(this.home.records, [{ id: this.id, vector: {}, payload: { ...payload } }], { ...condition, strong: true }, signal);
  }

  private get id(): string {
    return ledgerId(this.scope);
  }
}

const ledgerId = ({ tenant, collection }: KnowledgeScope): string => idOf('ledger', tenant, collection);

/** The ledger of a scope in a version that nobody else writes to. */
export async function writeLedger(calls: QdrantCalls, { records }: Home, scope: KnowledgeScope, ledger: Pick<Stored, 'last' | 'open' | 'recent' | 'space'>): Promise<void> {
  const payload: Stored = { ...ledger, ...scope, kind: 'ledger', revision: 1 };
  await calls.upsert(records, [{ id: ledgerId(scope), vector: {}, payload: { ...payload } }], { strong: true });
}
