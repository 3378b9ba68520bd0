export { collectGarbage } from './collect-garbage.js';
export { createLogger, describeError, type Logger } from './create-logger.js';
export { collectProcessMetrics, registry } from './registry.js';
export { settleStart } from './settle-start.js';
export { childTraceparent, traceIdOf } from './trace-context.js';
