import { Counter, Histogram } from 'prom-client';
import { registry } from '@switchyard/telemetry';

const registers = [registry];

export const jobWait = new Histogram({ name: 'switchyard_job_wait_seconds', help: 'Time that a job waited in its queue.', labelNames: ['queue', 'kind'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], registers });
export const jobTime = new Histogram({ name: 'switchyard_job_seconds', help: 'Time that a handler worked on a job.', labelNames: ['queue', 'kind', 'result'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], registers });
export const jobRetries = new Counter({ name: 'switchyard_job_retries_total', help: 'Jobs that failed and were put back for another try.', labelNames: ['queue', 'kind', 'code'], registers });
export const jobFailures = new Counter({ name: 'switchyard_job_failures_total', help: 'Jobs that ended in the dead letters.', labelNames: ['queue', 'kind', 'code'], registers });
export const jobTakeovers = new Counter({ name: 'switchyard_job_takeovers_total', help: 'Runs of a job whose earlier worker was lost.', labelNames: ['queue', 'kind'], registers });
export const outcomes = new Counter({ name: 'switchyard_outcomes_total', help: 'Requests that this app ended.', labelNames: ['outcome', 'answered_by'], registers });
export const droppedReplies = new Counter({ name: 'switchyard_replies_dropped_total', help: 'Replies that came after another had ended the request ("late"), or from a run that another had overtaken.', labelNames: ['reason'], registers });
export const droppedHops = new Counter({ name: 'switchyard_hops_dropped_total', help: 'Requests that a run wanted to pass on when they had ended, or when another run had overtaken it.', labelNames: ['reason'], registers });
