import { describe, expect, it } from 'vitest';
import type { WordList } from '@switchyard/site';
import { Chance } from '@switchyard/testing';
import { mask } from './screen.js';
import { showAsWritten } from './show-as-written.js';
import { buildWordMatcher, type WordMatcher } from './word-matcher.js';

const WORDS = ['hell', 'hello kitty', 'kill', 'badword', 'big deal', 'ab', 'good', '微信', '加微信', '法轮', '轮船', '脏话词', '😀', '🧑‍💻'];
const TEXTS = ['hell', 'hello', 'hello kitty', 'a ', 'bad', 'word', 'BADWORD', 'ｂａｄｗｏｒｄ', 'kill', 'killer', 'skill', 'big', ' deal', 'cup of tea', '. ', ', ', '! ', '\n', 'ab', 'abc', 'goood', '加', '微', '信', '微 信', '法', '轮', '船', '大法轮船', '。', '，', '脏', '话', '词', '您好', '😀', '🧑', '‍', '💻', 'é', '12', '3'];

const list = (action: WordList['action'], words: string[], allow: string[] = []): WordList => ({ file: `${action}.txt`, category: action, action, words, allow });

/** A text, and the pieces that a model writes it in. */
function written(chance: Chance): { text: string; pieces: string[] } {
  const text = Array.from({ length: 1 + chance.below(12) }, () => chance.pick(TEXTS)).join(chance.below(3) === 0 ? ' ' : '');
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + chance.below(5);
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return { text, pieces };
}

function shown(matcher: WordMatcher, pieces: readonly string[]): { before: string; all: string } {
  const stream = showAsWritten(matcher);
  let before = '';
  for (const piece of pieces) {
    stream.add(piece);
    before += stream.take().text;
  }
  return { before, all: before + stream.takeRest().text };
}

describe('a text that is shown as it is written', () => {
  it('is what masking the whole gives, whatever the words and however it is cut (800 seeded)', () => {
    const chance = new Chance('shown as written');
    let masked = 0;
    for (let round = 0; round < 800; round++) {
      const some = WORDS.filter(() => chance.below(2) === 0);
      const matcher = buildWordMatcher([list('mask', some), list('flag', ['cup'], some.filter(() => chance.below(6) === 0))]);
      const { text, pieces } = written(chance);
      const matches = matcher.find(text).filter(({ action }) => action === 'mask');
      // Of a hidden word a beginning may be shown.
      if (matches.some(({ disguise }) => disguise !== 'none')) continue;
      const whole = mask(text, matches);
      if (whole !== text) masked += 1;
      expect({ pieces, all: shown(matcher, pieces).all }).toEqual({ pieces, all: whole });
    }
    expect(masked).toBeGreaterThan(200);
  });

  it('holds no word that blocks, and nothing behind one (800 seeded)', () => {
    const chance = new Chance('blocked as written');
    let blocked = 0;
    for (let round = 0; round < 800; round++) {
      const matcher = buildWordMatcher([list('refuse', WORDS.filter(() => chance.below(3) === 0))]);
      const { text, pieces } = written(chance);
      const [first] = matcher.find(text);
      const { before } = shown(matcher, pieces);
      expect(matcher.find(before)).toEqual([]);
      expect(text.startsWith(before)).toBe(true);
      if (!first) continue;
      blocked += 1;
      expect(before.length).toBeLessThan(first.end);
    }
    expect(blocked).toBeGreaterThan(200);
  });

  it.each([
    ['an ordinary word with its last letter', ['Hello'], 'Hello'],
    ['a word before which a listed one may have begun', ['Well, bad'], 'Well, '],
    ['what turns out to be none', ['Well, bad', 'ly'], 'Well, badly'],
    ['a listed word that may go on to another', ['kill'], ''],
    ['and does', ['kill', 'er'], 'killer'],
    ['and does not', ['kill', ' '], '**** '],
    ['a first character of a Chinese word', ['请加'], '请'],
    ['the character before a full stop', ['请加。'], '请加。'],
    ['letters among characters', ['请看wei'], '请看'],
    ['a letter that stands alone', ['a '], 'a '],
    ['one that a listed word begins with', ['I '], ''],
    ['half a character', ['ok \uD83D'], 'ok '],
  ])('goes out as soon as it is sure: %s', (_title, pieces, expected) => {
    const matcher = buildWordMatcher([list('mask', ['badword', 'kill', 'add me', 'i quit', '加微信'])]);
    expect(shown(matcher, pieces).before).toBe(expected);
  });

  it.each([['b a d w o r d', 'b ***********'], ['拉人, 功轮法。', '拉人, 功轮*。'], ['the falungong', 'the falu*****'], ['的 falungong', '的 *********']])('of a hidden word no more than its beginning is shown: %s', (text, expected) => {
    const matcher = buildWordMatcher([list('mask', ['badword', '法轮功'])]);
    const { all } = shown(matcher, Array.from(text));
    expect(all).toBe(expected);
  });

  it('is blocked by the strongest word, with the categories that were found', () => {
    const stream = showAsWritten(buildWordMatcher([list('hand_over', ['crisis']), list('refuse', ['badword'])]));
    stream.add('a crisis, a badword ');
    expect(stream.take()).toEqual({ text: 'a ', blocked: 'refuse', categories: ['hand_over', 'refuse'] });
  });

  it('takes no time that grows with what was shown', () => {
    const matcher = buildWordMatcher([list('mask', WORDS)]);
    const stream = showAsWritten(matcher);
    const began = performance.now();
    for (let token = 0; token < 4_000; token++) {
      stream.add('a cup ');
      stream.take();
    }
    // Read whole each time it would be 48 million characters.
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(stream.taken).toBeGreaterThan(23_900);
  });
});
