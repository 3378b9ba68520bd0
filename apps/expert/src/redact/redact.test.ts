import { describe, expect, it } from 'vitest';
import { restore } from '@switchyard/guardrail';
import { seeded, splitByChance } from '../__fixtures__/scripted-provider.js';
import { redactParts } from './redact-parts.js';
import { createRestoreStream } from './restore-stream.js';

const passage = (text: string, title = 'T') => ({ documentId: 'd', title, text });

describe('redacting the parts of a request', () => {
  it('gives a value one placeholder wherever it stands', () => {
    const redacted = redactParts({
      text: '我的手机13800138000，邮箱a@b.cn',
      turns: [{ role: 'customer', text: 'call 138-0013-8000' }, { role: 'mesh', text: 'a@b.cn?' }],
      passages: [passage('write to a@b.cn or c@d.cn', 'Mail to c@d.cn')],
    });
    expect(redacted.text).toBe('我的手机<PHONE_1>，邮箱<EMAIL_1>');
    expect(redacted.turns.map((turn) => turn.text)).toEqual(['call <PHONE_1>', '<EMAIL_1>?']);
    expect(redacted.passages).toEqual([{ documentId: 'd', title: 'Mail to <EMAIL_2>', text: 'write to <EMAIL_1> or <EMAIL_2>' }]);
    expect(redacted.counts).toEqual({ phone: 1, email: 2 });
  });

  it('takes a value out also where its form alone would not tell', () => {
    expect(redactParts({ text: 'tel13800138000', turns: [{ role: 'customer', text: '13800138000' }], passages: [] }).text).toBe('tel<PHONE_1>');
  });

  it('never gives out a placeholder that stands in any of the parts', () => {
    const { text, map } = redactParts({ text: '13800138000', turns: [{ role: 'customer', text: 'what is <PHONE_1>?' }], passages: [] });
    expect(text).toBe('<PHONE_2>');
    expect(map).toEqual({ '<PHONE_2>': '13800138000' });
  });

  it.each([
    ['nothing personal', 'The lamp is 159 CNY, order HG20260001.'],
    ['a zero character', 'a\u0000b'],
    ['nothing at all', ''],
  ])('leaves the borders of the parts where they were: %s', (_title, text) => {
    const redacted = redactParts({ text, turns: [{ role: 'customer', text }, { role: 'mesh', text: 'second' }], passages: [passage(text)] });
    const plain = text.replaceAll('\u0000', '');
    expect([redacted.text, ...redacted.turns.map((turn) => turn.text), redacted.passages[0]?.text]).toEqual([plain, plain, 'second', plain]);
    expect(redacted.counts).toEqual({});
  });
});

describe('putting personal data back into a stream', () => {
  const map = { '<PHONE_1>': '13800138000', '<PHONE_12>': '13900139000', '<BANK_CARD_1>': '6222021234567890128' };
  const answers = [
    'Call <PHONE_1> or <PHONE_12>, card <BANK_CARD_1>.',
    '请拨打＜PHONE_1＞，或 < phone_12 >。1 < 2 <b> <PHONE_9> <PHONE_1',
    '<<PHONE_1>><PHONE_1><PHONE_12>',
    'a < b and c <',
    '<CONSTRUCTOR_1> <constructor_1> <__proto___1>',
  ];
  it.each(answers)('gives what putting it back at once gives, however it is cut: %s', (answer) => {
    const chance = seeded(42);
    for (let round = 0; round < 500; round++) {
      const stream = createRestoreStream(map);
      const pieces = splitByChance(answer, chance, 1 + (round % 9));
      expect(pieces.map((piece) => stream.push(piece)).join('') + stream.end()).toBe(restore(answer, map));
    }
  });

  it('holds back no more than may become a placeholder', () => {
    const stream = createRestoreStream(map);
    expect(stream.push('if a < b then ')).toBe('if a < b then ');
    expect(stream.push('call <PHO')).toBe('call ');
    expect(stream.push('NE_1')).toBe('');
    expect(stream.push('> now')).toBe('13800138000 now');
    expect(stream.push(`<${'A'.repeat(40)}`)).toBe(`<${'A'.repeat(40)}`);
  });
});
