import type { Envelope, JobContract, Lane, QueueName } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { COST_UNIT, LANE_COST } from './lane-cost.js';
import { lanePriority, queueSettings } from '../queue-settings.js';
import { baseOfRequest, conversationSuffix, jobIdOf, queueBase, requestKey } from '../redis-keys.js';

/** A job that is about to be added, as the store writes it. */
export interface NewJob {
  readonly queue: QueueName;
  readonly id: string;
  readonly kind: string;
  /** The envelope as JSON. */
  readonly data: string;
  readonly lane: Lane;
  readonly tenant: string;
  /** The tenant's share of a busy queue. */
  readonly weight: number;
  readonly attempts: number;
  /** By Redis' clock. */
  readonly enqueuedAt: number;
  /** The request that it is a step of; absent for a `call`. */
  readonly step?: { readonly requestId: string; readonly conversationId: string; readonly hop: number };
}

const LANES: Readonly<Record<Lane, number>> = { interactive: 0, normal: 1, bulk: 2 };
/**
 * The job of an envelope.
 * @throws MeshError JOB_TOO_LARGE
 */
export function newJob(contract: JobContract, envelope: Envelope, { now, weight }: { readonly now: number; readonly weight: number }): NewJob {
  const data = JSON.stringify(envelope);
  const { maxJobBytes } = queueSettings[contract.queue];
  const bytes = Buffer.byteLength(data);
  if (bytes > maxJobBytes) throw new MeshError('JOB_TOO_LARGE', `${contract.kind}: ${bytes} bytes, ${maxJobBytes} are taken`);
  const { requestId, conversationId, hop, lane, tenant } = envelope;
  return {
    queue: contract.queue, id: jobIdOf(requestId, contract.queue, hop), kind: contract.kind, data, lane, tenant, weight, attempts: contract.attempts, enqueuedAt: now,
    ...(contract.style === 'forward' ? { step: { requestId, conversationId, hop } } : {}),
  };
}

/** The options that BullMQ's worker reads of a job, as JSON. */
function optionsOf({ lane, attempts }: NewJob): string {
  // The delay of a retry is worked out where the failure is known: see `retryDelayMs`.
  return `{"attempts":${attempts},"priority":${lanePriority[lane]},"backoff":{"type":"mesh"},"stackTraceLimit":1}`;
}

/** The eleven values that the script reads of a job. `withRequest`: the request's record lies where the job does. */
export function valuesOf(job: NewJob, withRequest: boolean): (string | number)[] {
  const { step, tenant, lane } = job;
  const request = withRequest && step ? `${requestKey(step.requestId)}\n${baseOfRequest(step.requestId)}conv:${conversationSuffix(tenant, step.conversationId)}\n${step.hop}` : '';
  const cost = Math.max(1, Math.round((COST_UNIT * LANE_COST[lane]) / job.weight));
  return [queueBase(job.queue), job.id, job.kind, job.data, optionsOf(job), job.enqueuedAt, lanePriority[lane], tenant, LANES[lane], cost, request];
}
