import { describe, expect, it } from 'vitest';
import { Chance } from '@switchyard/testing';
import { JsonAsWritten } from './json-as-written.js';

const TEXTS = ['', 'plain', '您好，世界。', 'a "quoted" \\ one', 'line\nfeed\ttab', '\u0000\u001F\u007F', '😀 𠮷', '\uD83D', '\uDE00 alone', '{not: [json]}', '\u2028', '/slash/'];
const NAMES = ['needs', 'answer', 'sentences', 'confidence', '', 'a "b"', '\n', '名', '__proto__'];

/** A value of any kind that JSON has. */
function value(chance: Chance, depth: number): unknown {
  const kind = chance.below(depth > 0 ? 7 : 5);
  if (kind === 0) return null;
  if (kind === 1) return chance.below(2) === 0;
  if (kind === 2) return chance.pick([0, -1, 0.5, 1e21, 1e-7, -12.25]);
  if (kind <= 4) return Array.from({ length: chance.below(4) }, () => chance.pick(TEXTS)).join('');
  if (kind === 5) return Array.from({ length: chance.below(4) }, () => value(chance, depth - 1));
  return object(chance, depth - 1);
}

const object = (chance: Chance, depth: number): Record<string, unknown> => Object.fromEntries(NAMES.filter(() => chance.below(2) === 0).map((name) => [name, value(chance, depth)]));

/** The same JSON written in another way: spaces, and characters as escapes, so that each may be cut in the middle. */
function rewrite(json: string, chance: Chance): string {
  let isInText = false;
  let text = '';
  for (let at = 0; at < json.length; at++) {
    const one = json[at] ?? '';
    if (isInText && one === '\\') {
      const size = json[at + 1] === 'u' ? 6 : 2;
      text += json.slice(at, at + size);
      at += size - 1;
      continue;
    }
    if (one === '"') isInText = !isInText;
    else if (isInText && chance.below(4) === 0) {
      text += `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
      continue;
    }
    text += one;
    if (!isInText && one !== '"' && !/[\w.+-]/.test(one)) text += chance.pick(['', '', ' ', '\n\t']);
  }
  return text;
}

function cut(text: string, chance: Chance): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + chance.below(chance.pick([1, 3, 20]));
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

describe('a JSON object that is read as it is written', () => {
  it('gives what JSON.parse does, however it is written and cut, and never more than that on the way (2,000 seeded)', () => {
    const chance = new Chance('json as written');
    for (let round = 0; round < 2_000; round++) {
      const whole = object(chance, 2);
      const json = rewrite(JSON.stringify(whole), chance);
      const before = chance.pick(['', '', '```json\n', 'Sure! ', 'Here:\n']);
      const after = chance.pick(['', '\n```', ' Bye {"a":1}']);
      const reader = new JsonAsWritten();
      for (const piece of cut(before + json + after, chance)) {
        reader.push(piece);
        for (const [name, text] of reader.texts) expect(String(whole[name]).startsWith(text)).toBe(true);
        for (const [name, one] of reader.values) expect(one).toEqual(whole[name]);
        for (const [name, members] of reader.members) expect(members).toEqual((whole[name] as unknown[]).slice(0, members.length));
      }
      expect([reader.isDone, reader.isBroken]).toEqual([true, false]);
      expect(Object.fromEntries(reader.values)).toEqual(JSON.parse(json));
      expect(Object.fromEntries(reader.members)).toEqual(Object.fromEntries(Object.entries(whole).filter(([, one]) => Array.isArray(one))));
    }
  });

  it('is never done with what JSON.parse does not take (3,000 seeded)', () => {
    const chance = new Chance('no json as written');
    let refused = 0;
    for (let round = 0; round < 3_000; round++) {
      const json = JSON.stringify(object(chance, 2));
      const at = 1 + chance.below(json.length);
      const hurt = json.slice(0, at) + chance.pick(['', '"', '\\', ',', '}', ']', '{', ':', '\n', '\u0001', '\\u12', '01', 'nul', "'"]) + json.slice(at + chance.below(3));
      const reader = new JsonAsWritten();
      for (const piece of cut(hurt, chance)) reader.push(piece);
      let isJson = false;
      // Up to where the reader stopped, something may follow that is none of it.
      for (let end = 1; end <= hurt.length && !isJson; end++) {
        if (hurt[end - 1] !== '}') continue;
        try {
          JSON.parse(hurt.slice(0, end));
          isJson = true;
        } catch {
          isJson = false;
        }
      }
      refused += isJson ? 0 : 1;
      expect({ hurt, isDone: reader.isDone }).toEqual({ hurt, isDone: isJson && reader.isDone });
    }
    expect(refused).toBeGreaterThan(1_000);
  });

  it('knows what is decided, and the text so far', () => {
    const reader = new JsonAsWritten();
    reader.push('```json\n{"needs": "nothing", "confidence": 0.9');
    expect(Object.fromEntries(reader.values)).toEqual({ needs: 'nothing' });
    reader.push(', "answer": "A good \\u');
    expect(Object.fromEntries(reader.values)).toEqual({ needs: 'nothing', confidence: 0.9 });
    expect(reader.texts.get('answer')).toBe('A good ');
    reader.push('0063up", "sentences": [{"text": "o}ne"}, {"te');
    expect(reader.texts.get('answer')).toBe('A good cup');
    expect(reader.members.get('sentences')).toEqual([{ text: 'o}ne' }]);
  });

  it.each([
    ['a name that comes twice', '{"needs":"nothing","needs":"human"}'],
    ['a line break in a text', '{"answer":"one\ntwo"}'],
    ['an escape that is none', '{"answer":"\\x"}'],
    ['a comma too many', '{"a":1,}'],
    ['members that are not parted', '{"a":[{}{}]}'],
  ])('is broken by %s', (_title, json) => {
    const reader = new JsonAsWritten();
    reader.push(json);
    expect([reader.isBroken, reader.isDone]).toEqual([true, false]);
  });
});
