/** Which slots are alive, as the indexes ask for it. */
export interface Liveness {
  /** 1 for each slot that is alive. */
  readonly marks: Uint8Array;
  /** Slots, alive or dead. */
  readonly count: number;
  readonly living: number;
  /** Another number after every change. */
  readonly version: number;
}
