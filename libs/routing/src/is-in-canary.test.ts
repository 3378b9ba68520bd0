import { describe, expect, it } from 'vitest';
import { isInCanary } from './is-in-canary.js';

const CONVERSATIONS = Array.from({ length: 20_000 }, (_, at) => `c-${at}`);
const chosen = (share: number, tenant = 'demo'): Set<string> => new Set(CONVERSATIONS.filter((one) => isInCanary(tenant, one, share)));

describe('the conversations of a canary', () => {
  it.each([0.01, 0.1, 0.5, 0.9])('are a share of %s of all', (share) => {
    // Five standard deviations.
    const most = 5 * Math.sqrt(CONVERSATIONS.length * share * (1 - share));
    expect(Math.abs(chosen(share).size - CONVERSATIONS.length * share)).toBeLessThan(most);
  });

  it('are none at 0 and all at 1', () => {
    expect([chosen(0).size, chosen(1).size]).toEqual([0, CONVERSATIONS.length]);
  });

  it('stay in it when the share grows', () => {
    const [few, more] = [chosen(0.1), chosen(0.15)];
    expect([...few].filter((one) => !more.has(one))).toEqual([]);
    expect(more.size).toBeGreaterThan(few.size);
  });

  it('are others of another tenant', () => {
    const [own, others] = [chosen(0.1), chosen(0.1, 'office')];
    const both = [...own].filter((one) => others.has(one)).length;
    expect(both / own.size).toBeLessThan(0.2);
  });

  it('are the same in every release: what is compared over weeks must not be dealt out anew', () => {
    expect(CONVERSATIONS.slice(0, 60).filter((one) => isInCanary('demo', one, 0.1))).toEqual(['c-15', 'c-17', 'c-19']);
  });
});
