export { createCircuitBreaker, type CircuitBreaker } from './circuit-breaker.js';
export { readRetryAfter } from './read-retry-after.js';
export { RetryBudget } from './retry-budget.js';
