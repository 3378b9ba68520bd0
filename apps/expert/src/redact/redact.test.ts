import { describe, expect, it } from 'vitest';
import { restore } from '@switchyard/guardrail';
import { Chance, createLeakFinder, privateConversations } from '@switchyard/testing';
import { seeded, splitByChance } from '../__fixtures__/scripted-provider.js';
import { catchInvented } from './invented.js';
import { MOST_CHARACTERS, MOST_VALUES, noPseudonyms, rememberUsed } from './pseudonyms.js';
import { redactParts } from './redact-parts.js';
import { createRestoreStream } from './restore-stream.js';

const message = (text: string) => ({ text, turns: [], passages: [] });
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

describe('redacting the messages of a conversation', () => {
  it('goes on with the placeholders that were given out before, and gives an answer only those of its own request', () => {
    const first = redactParts(message('我叫张伟，手机13800138000'));
    const second = redactParts(message('换成13900139000，不要13800138000'), first.pseudonyms);
    expect(second.text).toBe('换成<PHONE_2>，不要<PHONE_1>');
    expect(second.map).toEqual({ '<PHONE_1>': '13800138000', '<PHONE_2>': '13900139000' });
    expect(second.counts).toEqual({ phone: 2 });
    expect(second.pseudonyms.map).toEqual({ '<PERSON_NAME_1>': '张伟', ...second.map });
  });

  it.each([
    ['a name in Chinese that nothing introduces', '我叫欧阳小龙', '欧阳小龙的订单呢', '<PERSON_NAME_1>的订单呢'],
    ['a name in Chinese whose end was not sure', '我叫王伟账户不对', '王伟可以吗', '<PERSON_NAME_2>可以吗'],
    ['a name in English, and each of its words', 'My name is Anna van Dijk.', 'Anna van Dijk here. Thanks, Anna', '<PERSON_NAME_1> here. Thanks, <PERSON_NAME_2>'],
    ['no name inside a word', 'My name is Anna Will.', 'Annabel will', 'Annabel will'],
    ['a number without its spaces', 'call 138-0013-8000', 'tel13800138000', 'tel<PHONE_1>'],
  ])('finds again %s', (_title, before, after, redacted) => {
    expect(redactParts(message(after), redactParts(message(before)).pseudonyms).text).toBe(redacted);
  });

  it('takes a placeholder that somebody wrote for no value of the conversation', () => {
    const { pseudonyms } = redactParts(message('13800138000'));
    const { text, map } = redactParts(message('what is <phone_1>, or ＜PHONE_1＞? I have 13900139000'), pseudonyms);
    expect(text).toBe('what is PHONE_1, or PHONE_1? I have <PHONE_2>');
    expect(map).toEqual({ '<PHONE_2>': '13900139000' });
  });

  it('leaves kinds alone that a site allows, also where others stand inside them', () => {
    const allowed = new Set(['url', 'phone'] as const);
    const known = redactParts(message('13800138000')).pseudonyms;
    expect(redactParts(message('13800138000 https://x.example/13900139000?to=a@b.example'), known, allowed).text).toBe('13800138000 https://x.example/13900139000?to=<EMAIL_1>');
  });

  it('forgets what was used longest ago, and never gives its placeholder to another value', () => {
    let known = noPseudonyms;
    const phone = (index: number): string => `138${String(index).padStart(8, '0')}`;
    for (let index = 0; index < MOST_VALUES + 50; index += 25) known = redactParts(message(`${phone(0)} ${Array.from({ length: 25 }, (_, one) => phone(index + one)).join(' ')}`), known).pseudonyms;
    const kept = Object.values(known.map);
    expect(kept).toHaveLength(MOST_VALUES);
    expect(kept).toContain(phone(0));
    expect(kept).not.toContain(phone(30));
    expect(redactParts(message(phone(30)), known).text).toBe(`<PHONE_${MOST_VALUES + 51}>`);
  });

  it('takes time in proportion to what is said, also where all of it are names', () => {
    const letter = (index: number): string => String.fromCharCode(97 + (index % 26));
    const names = Array.from({ length: 4_000 }, (_, index) => `My name is A${letter(index)}xy${letter(index / 26)}${letter(index / 676)} Bob${letter(index)}.`);
    const turns = Array.from({ length: 12 }, (_, at) => ({ role: 'customer' as const, text: names.slice(at * 300, (at + 1) * 300).join(' ') }));
    const began = performance.now();
    expect(redactParts({ text: 'hello', turns, passages: [] }).counts['person_name']).toBeGreaterThan(3_000);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('remembers a bounded number of characters', () => {
    const used = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`<URL_${index + 1}>`, `https://x.example/${'a'.repeat(1_500)}${index}`]));
    const { map, givenOut } = rememberUsed(noPseudonyms, used);
    expect(Object.values(map).join('').length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(Object.keys(map).at(-1)).toBe('<URL_20>');
    expect(givenOut).toEqual({ url: 20 });
  });
});

describe('generated conversations with private values', () => {
  it('show none of them to the model, have one placeholder for each, and get all of them back', () => {
    const chance = new Chance('redacted in memory');
    const cut = seeded(11);
    const leaks: string[] = [];
    for (const { messages, values } of privateConversations(chance, 250)) {
      const findLeaks = createLeakFinder(values);
      let known = noPseudonyms;
      let before: readonly string[] = [];
      const turns: { role: 'customer'; text: string }[] = [];
      for (const text of messages) {
        const redacted = redactParts({ text, turns, passages: [] }, known);
        const sent = redacted.turns.map((turn) => turn.text);
        leaks.push(...findLeaks([redacted.text, ...sent].join('\n')));
        expect(sent).toEqual(before);
        const stream = createRestoreStream(redacted.map);
        expect(splitByChance(redacted.text, cut, 9).map((piece) => stream.push(piece)).join('') + stream.end()).toBe(text);
        known = redacted.pseudonyms;
        before = [...before, redacted.text];
        turns.push({ role: 'customer', text });
      }
    }
    expect(leaks).toEqual([]);
  });
});

describe('a placeholder that the model made up', () => {
  const map = { '<PHONE_1>': '13800138000' };
  it.each([
    ['en', 'Call <PHONE_1> or < phone_7 >, mail <EMAIL_1>. Use <item_1> and <PASSPORT_3>.', 'Call 13800138000 or [phone number], mail [e-mail address]. Use <item_1> and <PASSPORT_3>.'],
    ['zh', '请拨打＜PHONE_1＞或<PHONE_7>，邮箱<EMAIL_1>，<item_1>，<PASSPORT_3>。', '请拨打13800138000或［电话号码］，邮箱［邮箱］，<item_1>，<PASSPORT_3>。'],
  ] as const)('is replaced by what would stand there, however the stream cuts it, and counted: %s', (language, answer, expected) => {
    const chance = seeded(5);
    for (let round = 0; round < 500; round++) {
      const invented = catchInvented(new Set(['<PASSPORT_3>']), language);
      const stream = createRestoreStream(map, invented);
      const pieces = splitByChance(answer, chance, 1 + (round % 9));
      expect(pieces.map((piece) => stream.push(piece)).join('') + stream.end()).toBe(expected);
      expect(invented.counts).toEqual({ phone: 1, email: 1 });
    }
  });
});

describe('an answer that breaks off', () => {
  it.each([
    ['in a placeholder', 'Call <PHONE_1', 'Call '],
    ['in the name of one', '请拨打＜ BANK_CA', '请拨打'],
    ['behind a sign that is none', 'if a <', 'if a <'],
    ['in a word of its own', 'the tag <B', 'the tag <B'],
    ['in another name', 'see <ITEM_1', 'see <ITEM_1'],
  ])('shows nothing of it: %s', (_title, answer, expected) => {
    const stream = createRestoreStream({ '<PHONE_1>': '13800138000' }, catchInvented(new Set(), 'en'));
    expect(stream.push(answer) + stream.end()).toBe(expected);
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
