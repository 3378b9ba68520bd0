import { describe, expect, it } from 'vitest';
import type { Recognition } from './recognise.js';
import { severalAsked, SURE_OF_EACH } from './several-intents.js';

const heard = (label: string, confidence: number, task: Recognition['task'] = 'action'): Recognition => ({ finding: { label, confidence, source: 'model' }, task, intent: undefined, curated: undefined });
const labelsOf = (whole: Recognition, parts: readonly Recognition[]): string[] => severalAsked(whole, parts, (part) => part).map(({ finding }) => finding.label);

describe('severalAsked', () => {
  const order = heard('order_status', 0.9);
  const invoice = heard('invoice', SURE_OF_EACH);

  it('gives what at least two parts surely ask for, in their order', () => {
    expect(labelsOf(invoice, [order, invoice])).toEqual(['order_status', 'invoice']);
    expect(labelsOf(heard('refund', 0.4), [invoice, order])).toEqual(['invoice', 'order_status']);
  });

  it('gives none where only one part is sure', () => {
    expect(labelsOf(order, [order, heard('invoice', SURE_OF_EACH - 0.01)])).toEqual([]);
    expect(labelsOf(order, [order, heard('oos', 0.9)])).toEqual([]);
    expect(labelsOf(order, [order, { ...invoice, finding: { label: 'oos', confidence: 0, source: 'none' } }])).toEqual([]);
  });

  it('gives none where the parts ask for the same', () => {
    expect(labelsOf(order, [order, heard('order_status', 0.87)])).toEqual([]);
  });

  it('does not count small talk', () => {
    expect(labelsOf(order, [heard('greeting', 1, 'small_talk'), order, heard('thanks', 1, 'small_talk')])).toEqual([]);
  });

  it('gives none where the whole surely asks for something else than any part', () => {
    expect(labelsOf(heard('refund', 0.9), [order, invoice])).toEqual([]);
  });

  it('takes three, one of each', () => {
    expect(labelsOf(order, [order, invoice, heard('order_status', 0.99), heard('complaint', 0.86)])).toEqual(['order_status', 'invoice', 'complaint']);
  });

  it('recognises no further part once two cannot be reached', () => {
    const heardParts: Recognition[] = [];
    const hear = (part: Recognition): Recognition => (heardParts.push(part), part);
    const unsure = heard('refund', 0.5);
    expect(severalAsked(order, [unsure, invoice], hear)).toEqual([]);
    expect(heardParts).toEqual([unsure]);
    expect(severalAsked(order, [unsure, order, invoice], hear)).toEqual([order, invoice]);
  });
});
