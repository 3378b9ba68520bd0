import { registry } from '@switchyard/telemetry';
import { Counter, Gauge, Histogram } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Labels are route patterns, never paths: a path holds ids, and each would be a series of its own. */
export const httpDuration = new Histogram({ name: 'switchyard_http_request_duration_seconds', help: 'Time from the request to the end of its answer.', labelNames: ['route', 'method', 'status'], buckets: SECONDS, registers: [registry] });
export const openStreams = new Gauge({ name: 'switchyard_gateway_open_streams', help: 'Event streams that are open now.', labelNames: ['route'], registers: [registry] });
export const accepted = new Counter({ name: 'switchyard_gateway_accepted_total', help: 'Requests accepted.', labelNames: ['source', 'tenant'], registers: [registry] });
export const refused = new Counter({ name: 'switchyard_gateway_refused_total', help: 'Requests that were not let in: the tiers are behind ("load"), Redis is nearly full ("memory"), the tenant has as much open as it may ("bytes").', labelNames: ['reason', 'tenant', 'lane'], registers: [registry] });
export const outcomes = new Counter({ name: 'switchyard_gateway_outcomes_total', help: 'Replies that this gateway saw of the requests that it accepted.', labelNames: ['outcome', 'tier'], registers: [registry] });
export const endToEnd = new Histogram({ name: 'switchyard_gateway_end_to_end_seconds', help: 'Time from acceptance to the reply, of the requests that this gateway accepted.', labelNames: ['outcome', 'tier'], buckets: SECONDS, registers: [registry] });
