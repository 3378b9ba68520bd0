import { describe, expect, it } from 'vitest';
import { costOf, mostCostOf } from './price-call.js';

describe('the price of a call', () => {
  const price = { inputPerMillionUsd: 10, outputPerMillionUsd: 20 };
  it('is that of its tokens', () => expect(costOf(price, 1_000_000, 500_000)).toBe(20));

  it('is at most that of every byte a token, and of the longest answer', () => {
    // 16 around the whole, 16 around the message, 6 bytes.
    expect(mostCostOf(price, [{ role: 'user', content: '你好' }], 100)).toBeCloseTo((38 * 10 + 100 * 20) / 1e6, 12);
  });
});
