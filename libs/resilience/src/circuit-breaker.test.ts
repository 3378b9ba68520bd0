import { describe, expect, it } from 'vitest';
import { createCircuitBreaker, type CircuitBreaker } from './circuit-breaker.js';

type Answer = 'fine' | 'refused' | 'trouble';
const open = (lookAgainMs: number): CircuitBreaker<Answer> => createCircuitBreaker<Answer>((answer) => answer === 'trouble', lookAgainMs);
const answering = (answer: Answer) => async (): Promise<Answer> => answer;

describe('a circuit breaker', () => {
  it('opens when five calls met trouble, and then calls nobody', async () => {
    const breaker = open(60_000);
    let calls = 0;
    for (let one = 0; one < 8; one++) {
      await breaker.run(async () => {
        calls += 1;
        return 'trouble';
      });
    }
    expect(calls).toBe(5);
    expect(breaker.isOpen).toBe(true);
    expect(await breaker.run(answering('fine'))).toBeUndefined();
  });

  it('stays closed for refusals, and where fewer than half of the calls fail', async () => {
    const breaker = open(60_000);
    for (let one = 0; one < 30; one++) await breaker.run(answering('refused'));
    for (let one = 0; one < 30; one++) await breaker.run(answering(one % 3 === 0 ? 'trouble' : 'fine'));
    expect(await breaker.run(answering('fine'))).toBe('fine');
  });

  it('does not count a call that was aborted', async () => {
    const breaker = open(60_000);
    for (let one = 0; one < 10; one++) await breaker.run(() => Promise.reject(new Error('superseded'))).catch(() => undefined);
    expect(await breaker.run(answering('fine'))).toBe('fine');
  });

  it('lets one call through after a while, and closes when it is answered', async () => {
    const breaker = open(0);
    for (let one = 0; one < 5; one++) await breaker.run(answering('trouble'));
    expect(breaker.isOpen).toBe(false);
    expect(await breaker.run(answering('fine'))).toBe('fine');
    expect(await breaker.run(answering('fine'))).toBe('fine');
  });
});
