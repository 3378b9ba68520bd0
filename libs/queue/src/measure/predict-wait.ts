import type { Lane } from '@switchyard/contracts';
import { COST_UNIT, LANE_COST } from '../store/lane-cost.js';
import type { QueueLoad } from './backlog.js';

const LANES: readonly Lane[] = ['interactive', 'normal', 'bulk'];
/** A job that would come now. */
export interface WaitingJob {
  readonly tenant: string;
  readonly lane: Lane;
  /** Jobs of the tenant that came since the load was measured. */
  readonly further?: number;
}

/**
 * How long a job of this tenant and lane would wait in a queue, in milliseconds: the tenant's own backlog, served at the
 * tenant's share of what the tier can do. Another tenant's backlog does not count, since fairness passes it by.
 * `undefined`: the tier was never seen busy, so only the age of its oldest job can tell.
 */
export function predictWaitMs(load: Pick<QueueLoad, 'waiting' | 'capacityPerSecond' | 'virtual' | 'finishes'>, job: WaitingJob, weightOf: (tenant: string) => number): number | undefined {
  const { tenant, lane, further = 0 } = job;
  if (load.waiting === 0 && further === 0) return 0;
  if (load.capacityPerSecond === undefined) return undefined;
  const lanes = LANES.slice(0, LANES.indexOf(lane) + 1);
  const behind = Math.max(0, ...lanes.map((_, at) => (load.finishes.get(`${at}${tenant}`) ?? 0) - load.virtual)) + (further * COST_UNIT * LANE_COST[lane]) / weightOf(tenant);
  // All tenants that have something waiting share the tier, this one included.
  const active = new Set([tenant, ...[...load.finishes].filter(([, finish]) => finish > load.virtual).map(([name]) => name.slice(1))]);
  const weights = [...active].reduce((sum, one) => sum + weightOf(one), 0);
  return (behind * weights * 1_000) / (COST_UNIT * LANE_COST[lane] * load.capacityPerSecond);
}
