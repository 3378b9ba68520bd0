/** How a rebuild shows that it is alive; others watch it by their own clocks. */
export interface Lease {
  /** How often it says so, in ms. */
  readonly beatMs: number;
  /** One that has not for so long, in ms, is dead. */
  readonly leaseMs: number;
}
export const LEASE: Lease = { beatMs: 2_000, leaseMs: 30_000 };
