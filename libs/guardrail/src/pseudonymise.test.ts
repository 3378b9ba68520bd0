import { describe, expect, it } from 'vitest';
import { findPersonalData } from './find-personal-data.js';
import { pseudonymise, restore } from './pseudonymise.js';

const hide = (text: string, known?: Readonly<Record<string, string>>): ReturnType<typeof pseudonymise> => pseudonymise(text, findPersonalData(text), known);

describe('pseudonymise', () => {
  it('puts typed placeholders, numbered by kind', () => {
    expect(hide('打13800138000或13900139000，邮箱a@b.cn')).toEqual({
      text: '打<PHONE_1>或<PHONE_2>，邮箱<EMAIL_1>',
      map: { '<PHONE_1>': '13800138000', '<PHONE_2>': '13900139000', '<EMAIL_1>': 'a@b.cn' },
    });
  });

  it('gives the same value the same placeholder, however it is written', () => {
    expect(hide('13800138000, again 138-0013-8000').text).toBe('<PHONE_1>, again <PHONE_1>');
  });

  it('goes on with the map of an earlier text', () => {
    const first = hide('13800138000');
    const second = hide('13900139000 not 13800138000', first.map);
    expect(second.text).toBe('<PHONE_2> not <PHONE_1>');
    expect(second.map).toEqual({ '<PHONE_1>': '13800138000', '<PHONE_2>': '13900139000' });
  });

  it('never gives out a placeholder that the customer wrote', () => {
    const { text, map } = hide('<PHONE_1> is 13800138000');
    expect(text).toBe('<PHONE_1> is <PHONE_2>');
    expect(restore(text, map)).toBe('<PHONE_1> is 13800138000');
  });

  it.each(['打13800138000，卡6222021234567890128', 'a@b.cn', 'nothing here', 'IBAN DE89 3704 0044 0532 0130 00!'])('restores what it replaced: %s', (text) => {
    const hidden = hide(text);
    expect(restore(hidden.text, hidden.map)).toBe(text);
  });
});

describe('restore', () => {
  const map = { '<PHONE_1>': '13800138000' };
  it.each([
    ['in another letter case', 'call <phone_1>'],
    ['in full-width brackets', 'call ＜PHONE_1＞'],
    ['with spaces', 'call < PHONE_1 >'],
  ])('recognises a placeholder %s', (_title, text) => {
    expect(restore(text, map)).toBe('call 13800138000');
  });

  it('leaves what it does not know', () => {
    expect(restore('<PHONE_2> <b> <constructor_1>', map)).toBe('<PHONE_2> <b> <constructor_1>');
  });
});
