import { expect, it } from 'vitest';
import type { Answer } from '../client/gateway-client.js';
import { unmet } from './check-expectation.js';

const answer: Answer = {
  requestId: 'r',
  outcome: 'answered',
  text: 'Standard shipping takes 2–4 days.',
  error: undefined,
  receipt: {
    requestId: 'r', conversationId: 'c', outcome: 'answered', tier: 'curated', language: 'en', rule: 'curated-answer', intent: { label: 'shipping-time', confidence: 0.9, source: 'model' },
    citations: [{ documentId: 'en/shipping.md', title: 't', quote: 'q' }], models: [], redactions: { mobile: 1 }, leftSite: false, siteVersion: 'v', timings: {},
  },
};

it('finds nothing unmet where everything holds', () => {
  expect(unmet({ outcome: 'answered', tier: ['curated', 'retrieval'], contains: ['2–4 DAYS'], lacks: ['refund'], cites: 'en/shipping.md', redacts: ['mobile'] }, answer)).toEqual([]);
});

it.each([
  [{ outcome: 'refused' }, 'outcome is answered, not refused'],
  [{ tier: ['worker', 'expert'] }, 'tier is curated, not worker or expert'],
  [{ contains: ['tomorrow'] }, 'the reply lacks "tomorrow"'],
  [{ containsAny: ['one', 'two'] }, 'the reply has none of "one", "two"'],
  [{ lacks: ['shipping'] }, 'the reply holds "shipping"'],
  [{ cites: 'zh/a.md' }, 'zh/a.md is not cited (en/shipping.md)'],
  [{ redacts: ['email'] }, 'no email was found'],
] as const)('says what is unmet: %j', (expectation, fault) => {
  expect(unmet(expectation as Parameters<typeof unmet>[0], answer)).toEqual([fault]);
});
