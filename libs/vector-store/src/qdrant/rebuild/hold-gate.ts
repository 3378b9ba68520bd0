import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { MeshError } from '@switchyard/errors';
import type { Lease } from '../../lease.js';
import type { Home } from '../collections.js';
import { statusOf } from '../name-failure.js';
import type { QdrantCalls } from '../qdrant-calls.js';
import { changeGate, readGate, type GateState } from './gate.js';

const running = (): MeshError => new MeshError('REBUILD_RUNNING', 'another run is at work on the knowledge base; only one may be');

/**
 * The gate in the hands of one run, which tells others that it is alive. Nothing is compared between clocks of two
 * machines: whoever wants the gate watches it for the length of a lease.
 */
export class HeldGate {
  private turn: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private heldAt = performance.now();
  private fault: unknown;

  private constructor(
    private readonly calls: QdrantCalls,
    private readonly home: Home,
    private readonly lease: Lease,
    private readonly owner: string,
    /** As it was left last. */
    public state: GateState,
  ) {
    this.timer = setInterval(() => void this.change({}).catch((error: unknown) => (this.fault ??= error)), lease.beatMs).unref();
  }

  /** @throws MeshError REBUILD_RUNNING where another run has it and is alive; the signal's reason */
  static async take(calls: QdrantCalls, home: Home, lease: Lease, signal: AbortSignal): Promise<HeldGate> {
    const owner = randomUUID();
    const found = await readGate(calls, home, signal);
    if (found?.owner) await watch(calls, home, found, lease, signal);
    const before = await readGate(calls, home, signal);
    // Where it was closed by one that died: nobody needs to wait for what is left to be copied.
    const taken = await changeGate(calls, home, before, { state: 'open', beat: (before?.beat ?? 0) + 1 }, { owner });
    const state = await readGate(calls, home, signal);
    if (!taken || state?.owner !== owner) throw running();
    return new HeldGate(calls, home, lease, owner, state);
  }

  /** @throws MeshError where the run may be taken for dead, or was: nothing may be written any more */
  requireHeld(): void {
    if (this.fault !== undefined) throw this.fault;
    if (performance.now() - this.heldAt > this.lease.leaseMs / 2) throw new MeshError('DATABASE_UNAVAILABLE', 'Qdrant could not be told that the rebuild is alive');
  }

  change(change: Partial<Pick<GateState, 'state' | 'to' | 'recipe'>>, owner: string | null = this.owner): Promise<void> {
    const next = this.turn.then(async () => {
      const at = performance.now();
      const { beat } = this.state;
      if (!(await changeGate(this.calls, this.home, this.state, { ...change, beat: beat + 1 }, { owner }))) throw running();
      this.state = { ...this.state, ...change, owner, beat: beat + 1, revision: this.state.revision + 1 };
      this.heldAt = at;
    });
    this.turn = next.catch(() => undefined);
    return next;
  }

  /** Lets it go. A gate that is closed for a copy that is not done is opened again. */
  async release(isDone: boolean): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
    await this.change(isDone ? {} : { state: 'open' }, null).catch(() => undefined);
  }
}

/** Resolves when the run that holds the gate is dead. @throws MeshError REBUILD_RUNNING as soon as it is seen alive */
async function watch(calls: QdrantCalls, home: Home, { beat }: GateState, { beatMs, leaseMs }: Lease, signal: AbortSignal): Promise<void> {
  const until = performance.now() + leaseMs;
  while (performance.now() < until) {
    await setTimeout(beatMs / 2, undefined, { signal });
    const now = await readGate(calls, home, signal);
    if (!now?.owner) return;
    if (now.beat !== beat) throw running();
  }
}

const LOOK_MS = 50;
/** For so long, beyond a lease, does a change wait for the base to move. */
const MOVE_MS = 60_000;

/**
 * Resolves when the alias leads elsewhere than to the version of which the gate is closed, or it is open again. Where
 * the run that closed it is dead, it is opened here: the copy goes on another time, and changes must not wait for that.
 * @throws MeshError DATABASE_UNAVAILABLE where neither comes
 */
export async function untilMoved(calls: QdrantCalls, home: Home, hasMoved: () => Promise<boolean>, { leaseMs }: Lease): Promise<void> {
  const began = performance.now();
  let seen: { revision: number; at: number } | undefined;
  while (performance.now() - began < leaseMs + MOVE_MS) {
    const at = performance.now();
    // The gate first: one that is open after the alias has moved is of a version that nobody reads.
    const gate = await readGate(calls, home).catch((error: unknown) => {
      // The old version is dropped.
      if (statusOf(error) !== 404) throw error;
      return undefined;
    });
    if ((await hasMoved()) || gate?.state !== 'closed') return;
    if (seen?.revision !== gate.revision) seen = { revision: gate.revision, at };
    else if (at - seen.at > leaseMs) await changeGate(calls, home, gate, { state: 'open' }, { owner: null });
    await setTimeout(LOOK_MS);
  }
  throw new MeshError('DATABASE_UNAVAILABLE', 'the knowledge base is being moved, and that takes too long');
}
