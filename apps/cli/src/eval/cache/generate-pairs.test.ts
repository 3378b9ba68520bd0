import { describe, expect, it } from 'vitest';
import { generatePairs } from './generate-pairs.js';
import { labelledPairs } from './labelled-pairs.js';
import { ENGLISH_PAIRS } from './pairs-en.js';
import { CHINESE_PAIRS } from './pairs-zh.js';

describe('adversarial pairs', () => {
  const pairs = [...generatePairs(ENGLISH_PAIRS, 'en', 7), ...generatePairs(CHINESE_PAIRS, 'zh', 7)];

  it('are the same for the same seed, and others for another', () => {
    expect(generatePairs(CHINESE_PAIRS, 'zh', 7)).toEqual(pairs.filter(({ language }) => language === 'zh'));
    expect(generatePairs(CHINESE_PAIRS, 'zh', 8)).not.toEqual(pairs.filter(({ language }) => language === 'zh'));
  });

  it('are at least two thousand that ask for different things, in both languages', () => {
    for (const language of ['zh', 'en']) expect(pairs.filter((pair) => !pair.same && pair.language === language).length).toBeGreaterThan(1_000);
    expect(pairs.filter(({ same }) => !same).every(({ kept, asked }) => kept !== asked)).toBe(true);
  });

  it('leave no place in a frame open', () => {
    expect(pairs.filter(({ kept, asked }) => /[{}]/u.test(kept + asked))).toEqual([]);
  });
});

it('pairs each message with the closest of another label, and of its own', () => {
  const rows = [
    { text: 'top up my card', label: 'top_up' },
    { text: 'top up my phone card', label: 'top_up' },
    { text: 'block my card', label: 'block' },
  ];
  expect(labelledPairs(rows, 'set', 'en').filter(({ kept }) => kept === 'top up my card')).toEqual([
    { kept: 'top up my card', asked: 'top up my phone card', same: true, kind: 'set, same label', language: 'en' },
    { kept: 'top up my card', asked: 'block my card', same: false, kind: 'set, another label', language: 'en' },
  ]);
});
