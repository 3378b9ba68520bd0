import { describe, expect, it } from 'vitest';
import { trainFastTextLike } from './fasttext-like.js';

const examples = [
  ...['where is my parcel', 'has my parcel been sent', '包裹到哪了', '包裹什么时候到'].map((text) => ({ text, label: 'parcel' })),
  ...['send me an invoice', 'an invoice for my company', '我要开发票', '发票怎么开'].map((text) => ({ text, label: 'invoice' })),
];

describe('trainFastTextLike', () => {
  const label = trainFastTextLike(examples, { dimension: 16, epochs: 100, rate: 0.5, seed: 1 });

  it.each([
    ['is the parcel here', 'parcel'],
    ['invoices please', 'invoice'],
    ['我的包裹', 'parcel'],
    ['电子发票', 'invoice'],
  ])('learns labels from words and pieces of words: %s', (text, expected) => {
    expect(label(text)).toBe(expected);
  });
});
