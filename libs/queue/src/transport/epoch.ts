/**
 * The epoch of a frame orders the runs that write for one request: a later tier's run is newer than an earlier
 * tier's, and a repeated run newer than the one it repeats. The gateway shows the newest only.
 */
export function epochOf(hop: number, run: number): number {
  return hop * RUNS_A_HOP + Math.min(run, RUNS_A_HOP - 1);
}

const RUNS_A_HOP = 1_000;

/** The epoch of an end that no tier wrote (cancelled, expired): after all of theirs. */
export const FINAL_EPOCH = 1_000_000;

/** The id of an event: stable, the same on every gateway. */
export const eventIdOf = (frame: { readonly epoch: number; readonly seq: number }): string => `${frame.epoch}-${frame.seq}`;

/** Whether `id` comes after `other`; an id that is none (a client can send anything) comes before all. */
export function isAfter(id: string, other: string | undefined): boolean {
  const [epoch, seq] = split(id);
  const [otherEpoch, otherSeq] = split(other ?? '');
  return epoch > otherEpoch || (epoch === otherEpoch && seq > otherSeq);
}

function split(id: string): [number, number] {
  const match = /^(\d{1,9})-(\d{1,9})$/.exec(id);
  return match ? [Number(match[1]), Number(match[2])] : [-1, -1];
}
