import { expect, it } from 'vitest';
import { seededNumbers } from '../random-order.js';
import { todayIn } from './calendar.js';
import { CHINESE_DATES } from './chinese-dates.js';
import { ENGLISH_DATES } from './english-dates.js';
import { AMOUNTS } from './find-amounts.js';
import { NUMERIC_DATES } from './find-dates.js';
import { DURATIONS } from './find-durations.js';

/** What days, sums and lengths are written with. ſ and the sign of kelvin are an s and a k to a pattern that knows Unicode's cases. */
const PIECES = (
  'tomorrow yeſterday toniGHT the|day|before|yesterday 明天 大后天 昨晚 今 前 后 以内 之后 3月 三月 5号 十五 日 下 上 个月 周五 星期三 礼拜天 2026 年 下个月5号 上月十五日 3日内 十日之内 the|3rd|of|next|month on|the|5th 1万2 3万5 2026-11-03 25/12/2026 - / . , in ago from|now next last this friday ſat tue May may 3rd of month june ' +
  '12 300 1,200.50 块 块钱 元 美元 人民币 新台币 港币 英镑 美金 圆 $ US$ ￥ € USD rmb dollars dollarſ buckſ quid yuan \u212auai yen k 万 千 五 两 三百 亿 ' +
  'two a an half|an half-hour a|couple|of weeks wee\u212as wk year yrs months fortnight hours hr minutes mins min second ſeconds secs and|a|half 半 小时 个半 钟头 分钟 秒 刻钟 天 周 个 h 30m'
)
  .split(' ')
  .map((piece) => piece.replaceAll('|', ' '));

it('no reading holds without what it is said to need', () => {
  const next = seededNumbers(7);
  const held = new Set<RegExp>();
  const without = new Set<string>();
  const readings = [...NUMERIC_DATES, ...CHINESE_DATES, ...ENGLISH_DATES, ...AMOUNTS, ...DURATIONS];
  for (let round = 0; round < 60_000; round++) {
    const text = Array.from({ length: 1 + next(7) }, () => (PIECES[next(PIECES.length)] ?? '') + (next(2) === 0 ? ' ' : '')).join('');
    for (const [pattern, , needs] of readings) {
      if (text.search(pattern) === -1) continue;
      held.add(pattern);
      if (!needs.test(text)) without.add(`"${text}" is ${pattern.source} without ${needs.source}`);
    }
  }
  expect([...without]).toEqual([]);
  // Each of them was put to the test.
  expect(readings.filter(([pattern]) => !held.has(pattern)).map(([pattern]) => pattern.source)).toEqual([]);
});

it('a day of a zone ends at its midnight, whatever was asked before', () => {
  const midnight = Date.parse('2026-03-29T16:00:00Z');
  expect([-1, 0, 1, -1].map((ms) => todayIn('Asia/Shanghai', midnight + ms) - todayIn('Asia/Shanghai', midnight))).toEqual([-1, 0, 0, -1]);
  // A zone whose hours begin on a quarter.
  const nepal = Date.parse('2026-03-29T18:15:00Z');
  expect(todayIn('Asia/Kathmandu', nepal) - todayIn('Asia/Kathmandu', nepal - 1)).toBe(1);
  expect(todayIn('UTC', nepal)).toBe(todayIn('Asia/Kathmandu', nepal) - 1);
});
