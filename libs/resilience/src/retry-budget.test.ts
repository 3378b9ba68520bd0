import { expect, it } from 'vitest';
import { RetryBudget } from './retry-budget.js';

it('allows a repeat for each ten calls, and two at the start', () => {
  const budget = new RetryBudget();
  let repeats = 0;
  for (let call = 0; call < 200; call++) {
    budget.deposit();
    if (budget.withdraw()) repeats += 1;
  }
  expect(repeats).toBe(22);
});

it('saves up ten at most', () => {
  const budget = new RetryBudget();
  for (let call = 0; call < 1_000; call++) budget.deposit();
  let repeats = 0;
  while (budget.withdraw()) repeats += 1;
  expect(repeats).toBe(10);
});
