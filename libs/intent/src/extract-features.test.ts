import { describe, expect, it } from 'vitest';
import { extractFeatures } from './extract-features.js';

/** Copies: what is returned is valid until the next call. */
function featuresOf(text: string): [number, number][] {
  const { hashes, counts, size } = extractFeatures(text);
  return Array.from({ length: size }, (_, at) => [hashes[at] ?? 0, counts[at] ?? 0]);
}

const sizeOf = (text: string): number => featuresOf(text).reduce((sum, [, count]) => sum + count, 0);

describe('features', () => {
  it('are the word, the pair that it makes with what is before it, and its 2- to 5-grams with its borders', () => {
    // " card " has 5 + 4 + 3 + 2 grams.
    expect(sizeOf('card')).toBe(2 + 14);
    // A second word makes a pair of words wherever it stands.
    expect(sizeOf('card lost')).toBe(2 * (2 + 14) + 1);
  });

  it('are 1- to 3-grams of Han characters and their words, with the pairs of those', () => {
    // 退款 is one word: 2 + 1 grams.
    expect(sizeOf('退款')).toBe(3 + 2);
    // A character of two units is one character.
    expect(sizeOf('𠀀')).toBe(1 + 2);
  });

  it.each([
    ['Where is my CARD?', 'where is my card'],
    ['order 12345', 'order 98765'],
    ['call 123456789012', 'call 1234567890'],
    ['please, refund', 'please refund'],
    ['Ｆｅｅ', 'fee'],
  ])('are the same of "%s" and "%s"', (one, other) => {
    expect(featuresOf(one)).toEqual(featuresOf(other));
  });

  it('are the same when a text is read again, after another or at once', () => {
    const first = featuresOf('我的 card 丢了 twice');
    expect(featuresOf('我的 card 丢了 twice')).toEqual(first);
    featuresOf('another text altogether '.repeat(100));
    expect(featuresOf('我的 card 丢了 twice')).toEqual(first);
  });

  it('are none of what holds no word', () => {
    expect(featuresOf('？！ ... \ud800')).toEqual([]);
  });
});
