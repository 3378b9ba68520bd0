import type { Lane } from '@switchyard/contracts';

/**
 * What a job takes of its tenant's share of a queue, in units of virtual time. Within a tenant a more urgent lane goes
 * first; between tenants these weigh against each other, so that one tenant's dialogues do not stop another's batch for good.
 */
export const LANE_COST: Readonly<Record<Lane, number>> = { interactive: 1, normal: 2, bulk: 16 };

/** Whole numbers are stored, so one is a thousandth of a job: weights are as fine as that. */
export const COST_UNIT = 1_024;
