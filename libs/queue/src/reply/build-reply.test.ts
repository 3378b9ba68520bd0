import { describe, expect, it } from 'vitest';
import { emptyTrail, Receipt, type Trail } from '@switchyard/contracts';
import { buildReply } from './build-reply.js';

const receiptOf = (learned: Partial<Trail>): Receipt =>
  Receipt.parse(buildReply({ requestId: 'r', conversationId: 'c', acceptedAt: 1_000, siteVersion: 's', trail: { ...emptyTrail(), ...learned } }, { outcome: 'answered', tier: 'curated', text: 'text' }, 1_250).receipt);

describe('the receipt of a reply', () => {
  it('names all that was asked for where it is several things, and else does not have that field', () => {
    const intent = { label: 'order_status', confidence: 0.9, source: 'model' } as const;
    expect(receiptOf({ intent, intents: ['order_status', 'invoice'] })).toMatchObject({ intent, intents: ['order_status', 'invoice'] });
    expect(receiptOf({ intent })).not.toHaveProperty('intents');
  });

  it('names no intent where none was asked for, and counts the time since the message was accepted', () => {
    expect(receiptOf({})).toMatchObject({ intent: { label: 'none', source: 'none' }, rule: 'builtin.none', timings: { total: 250 } });
  });
});
