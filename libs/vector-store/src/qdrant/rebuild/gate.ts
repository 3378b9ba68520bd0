import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import type { Home } from '../collections.js';
import { idOf } from '../passage-points.js';
import type { QdrantCalls } from '../qdrant-calls.js';

/** The point of a version that says whether it is being copied, and whether changes must wait for the copy. */
export const GATE_ID = idOf('gate');

const Stored = z.object({
  kind: z.literal('gate'),
  revision: z.number(),
  /** `closed`: what is changed from now on would miss the copy; it waits until the alias has moved. */
  state: z.enum(['open', 'closed']),
  /** The run that is at work; null where none is. */
  owner: z.string().nullable(),
  /** Goes up while that is alive. */
  beat: z.number(),
  /** The version that is made, by which recipe. */
  to: z.number().nullable(),
  recipe: z.string(),
});
export type GateState = z.infer<typeof Stored>;

/** The base is about to move, or has moved; to be tried again where the alias leads now. */
export class BaseMoved extends Error {
  override readonly name = 'BaseMoved';
}

export function gateOf(payload: unknown): GateState {
  const gate = Stored.safeParse(payload);
  if (!gate.success) throw new MeshError('STORE_ANSWER_INVALID', 'Qdrant gave the gate of a version in another form');
  return gate.data;
}

export async function readGate(calls: QdrantCalls, { records }: Home, signal?: AbortSignal): Promise<GateState | undefined> {
  const [point] = await calls.retrieve(records, [GATE_ID], signal);
  return point && gateOf(point.payload);
}

/** Changes the gate where it is still what was read. @returns whether it was */
export async function changeGate(calls: QdrantCalls, home: Home, before: GateState | undefined, change: Partial<GateState>, mark: { readonly owner: string | null }): Promise<boolean> {
  const revision = (before?.revision ?? 0) + 1;
  const next: GateState = { kind: 'gate', state: 'open', beat: 0, to: null, recipe: '', ...before, ...change, ...mark, revision };
  const condition = before ? { onlyWhere: { must: [{ key: 'revision', match: { value: before.revision } }] } } : { insertOnly: true };
  // Its tenant is nobody's: a tenant has a name.
  await calls.upsert(home.records, [{ id: GATE_ID, vector: {}, payload: { tenant: '', collection: '', ...next } }], { ...condition, strong: true });
  const after = await readGate(calls, home);
  return after?.revision === revision && after.owner === next.owner && after.state === next.state && after.beat === next.beat;
}
