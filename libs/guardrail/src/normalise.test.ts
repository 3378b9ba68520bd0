import { describe, expect, it } from 'vitest';
import { normalise, viewOf } from './normalise.js';

describe('normalise', () => {
  it.each([
    ['takes full width for half width', 'ＡＢＣ１２３', 'abc123'],
    ['ignores letter case', 'FuCk', 'fuck'],
    ['takes traditional characters for simplified ones', '電話號碼後臺', '电话号码后台'],
    ['opens circled letters and digits', 'ⓐⒷ①⑩', 'ab110'],
    ['opens mathematical letters', '𝐛𝒶𝔡', 'bad'],
    ['opens squared letters', '🅱🅰🅳', 'bad'],
    ['takes Cyrillic and Greek look-alikes for Latin letters', 'раѕѕ οκ', 'passok'],
    ['drops zero-width characters', 'b\u200ba\u2060d\ufeff', 'bad'],
    ['drops combining marks', 'b̶a̷d̸ é', 'bade'],
    ['skips signs, spaces and emoji', '康*跳 👍🏽楼【】', '康跳楼'],
    ['keeps repeated characters for the matcher', 'baaad', 'baaad'],
    ['keeps characters beyond the basic plane', '𠮷野家', '𠮷野家'],
    ['has nothing of signs alone', '!?… 😀', ''],
  ])('%s', (_title, text, view) => {
    expect(viewOf(normalise(text))).toBe(view);
  });

  it('maps every unit back to the characters it stands for', () => {
    const text = 'x ⑩👍Ｂ电';
    const view = normalise(text);
    const sources = Array.from({ length: view.length }, (_, index) => text.slice(view.starts[index], view.ends[index]));
    expect(viewOf(view)).toBe('x10b电');
    expect(sources).toEqual(['x', '⑩', '⑩', 'Ｂ', '电']);
  });

  it('grows for characters that stand for many', () => {
    expect(viewOf(normalise('ﷺ'.repeat(200))).length).toBeGreaterThan(2_000);
  });
});
