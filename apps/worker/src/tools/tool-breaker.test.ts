import { describe, expect, it } from 'vitest';
import { createToolBreaker } from './tool-breaker.js';
import { failed, inTrouble, type Sent } from './tool-result.js';

const fine: Sent = { outcome: { ok: true, value: 1 } };
const OPEN = failed('unavailable', 'breaker open');

describe('the breaker of a tool', () => {
  it('opens when five calls found the backend in trouble, and then calls nobody', async () => {
    const breaker = createToolBreaker(60_000);
    let calls = 0;
    for (let one = 0; one < 8; one++) await breaker(async () => { calls += 1; return inTrouble('timeout'); });
    expect(calls).toBe(5);
    expect(await breaker(async () => fine)).toEqual(OPEN);
  });

  it('stays closed for refusals, and where fewer than half of the calls fail', async () => {
    const breaker = createToolBreaker(60_000);
    for (let one = 0; one < 30; one++) await breaker(async () => failed('not_found', undefined, 404));
    for (let one = 0; one < 30; one++) await breaker(async () => (one % 3 === 0 ? inTrouble() : fine));
    expect(await breaker(async () => fine)).toEqual(fine);
  });

  it('does not count a call that was aborted', async () => {
    const breaker = createToolBreaker(60_000);
    for (let one = 0; one < 10; one++) await breaker(() => Promise.reject(new Error('superseded'))).catch(() => undefined);
    expect(await breaker(async () => fine)).toEqual(fine);
  });

  it('lets one call through after a while, and closes when it is answered', async () => {
    const breaker = createToolBreaker(0);
    for (let one = 0; one < 5; one++) await breaker(async () => inTrouble());
    expect(await breaker(async () => fine)).toEqual(fine);
    expect(await breaker(async () => fine)).toEqual(fine);
  });
});
