import { describe, expect, it } from 'vitest';
import { valuesStandIn } from '@switchyard/knowledge';
import { Chance } from '@switchyard/testing';
import { holdValues } from './hold-values.js';

const FACTS = 'Where is HG20260001? It was 199 CNY. 您买了三件，5月3日到。';

function free(pieces: readonly string[]): string {
  const hold = holdValues(FACTS);
  let written = '';
  let to = 0;
  for (const piece of pieces) to = hold((written += piece));
  return written.slice(0, to);
}

describe('the values of an answer that is still being written', () => {
  it.each([
    ['words without any go out at once', ['Of', ' course', ', gladly'], 'Of course, gladly'],
    ['a sentence waits from its first number on', ['It costs', ' 1', '99', ' CNY'], 'It costs'],
    ['until it is whole', ['It costs', ' 1', '99', ' CNY. ', 'Yes'], 'It costs 199 CNY. Yes'],
    ['a number that nobody gave is never shown', ['It costs', ' 299', ' CNY. ', 'Yes. '], 'It costs'],
    ['nor a longer one that begins like a known one', ['It costs 199', '0. ', 'Yes. '], ''],
    ['nor a date', ['It comes on', ' 4', ' May. '], 'It comes on'],
    ['nor a number in words', ['It takes', ' twenty', ' days. '], 'It takes'],
    ['nor a day by today', ['It comes', ' tomorrow', '. '], 'It comes'],
    ['nor a code', ['See', ' AB12', '. '], 'See'],
    ['Chinese', ['您的', '三件', '货5月3日', '到。', '好'], '您的三件货5月3日到。好'],
    ['Chinese that nobody said', ['您的', '七件', '货。', '好'], '您的'],
  ])('%s', (_title, pieces, expected) => expect(free(pieces)).toBe(expected));

  it('never shows one that does not stand in the facts, however the answer is cut (500 seeded)', () => {
    const chance = new Chance('hold values');
    const parts = ['It costs ', '199 CNY', '199', '299', ' yuan', ' May', '3', 'three', ' hundred', 'HG20260001', 'HG2026', '. ', ', ', '三', '十', '件', '。', '5月3日', '5月', ' on ', 'tomorrow ', '下周', '五', 'A4', '50%', ' and '];
    let shown = 0;
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 1 + chance.below(10) }, () => chance.pick(parts)).join('');
      const hold = holdValues(FACTS);
      let to = 0;
      for (let at = 0; at < text.length; at += 1 + chance.below(4)) {
        const next = hold(text.slice(0, at));
        expect(next).toBeGreaterThanOrEqual(to);
        to = next;
        expect([text, valuesStandIn(text.slice(0, to), FACTS)]).toEqual([text, undefined]);
      }
      shown += to > 0 ? 1 : 0;
    }
    expect(shown).toBeGreaterThan(100);
  });
});
