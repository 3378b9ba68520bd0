export { createCircuitBreaker, type CircuitBreaker } from './circuit-breaker.js';
export { RetryBudget } from './retry-budget.js';
