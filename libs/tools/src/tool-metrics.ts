import { Counter, Histogram } from 'prom-client';
import { registry } from '@switchyard/telemetry';

const registers = [registry];

export const toolCalls = new Counter({ name: 'switchyard_tool_calls_total', help: 'Calls of tools, by "ok" or the name of the error.', labelNames: ['tool', 'result'], registers });
export const toolTime = new Histogram({ name: 'switchyard_tool_seconds', help: 'Time that a call of a tool took, a repeat included.', labelNames: ['tool'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], registers });
export const toolRefusals = new Counter({ name: 'switchyard_tool_refusals_total', help: 'Tools that a model asked for and was refused, by reason.', labelNames: ['reason'], registers });
