import { describe, expect, it } from 'vitest';
import { dayOf, todayIn, isoOf, type Prefer } from './calendar.js';
import { findDates } from './find-dates.js';

/** A Wednesday. */
const today = dayOf(2026, 11, 11) ?? 0;
const found = (text: string, prefer: Prefer = 'nearest'): string[] => findDates(text, { today, prefer }).map(({ value }) => value);

describe('findDates', () => {
  it.each<[string, string[]]>([
    ['明天能送到吗', ['2026-11-12']],
    ['后天上午来取件', ['2026-11-13']],
    ['大后天我不在家', ['2026-11-14']],
    ['我昨晚下的单', ['2026-11-10']],
    ['前天买的，大前天看的', ['2026-11-09', '2026-11-08']],
    ['今天必须发货', ['2026-11-11']],
    ['下周三送', ['2026-11-18']],
    ['上周五签收的', ['2026-11-06']],
    ['这周日可以吗', ['2026-11-15']],
    ['下下个星期一', ['2026-11-23']],
    ['周五到货', ['2026-11-13']],
    ['星期天来人安装', ['2026-11-15']],
    ['上个月5号买的', ['2026-10-05']],
    ['下月十五号再扣款', ['2026-12-15']],
    ['11月3日付的钱', ['2026-11-03']],
    ['十一月三号下单', ['2026-11-03']],
    ['去年12月31日', ['2025-12-31']],
    ['2025年2月28号', ['2025-02-28']],
    ['二〇二六年十月一日', ['2026-10-01']],
    ['3号发的货，怎么还没到', ['2026-11-03']],
    ['三天后再联系我', ['2026-11-14']],
    ['两周前退的', ['2026-10-28']],
    ['三个月前买的', ['2026-08-11']],
    ['10天之前', ['2026-11-01']],
    ['2026-11-03 的订单', ['2026-11-03']],
    ['发票日期 2026/1/31', ['2026-01-31']],
    ['从11月20号到11月25号', ['2026-11-20', '2026-11-25']],
    ['can it come tomorrow?', ['2026-11-12']],
    ['the day after tomorrow works', ['2026-11-13']],
    ['I ordered it yesterday', ['2026-11-10']],
    ['the day before yesterday', ['2026-11-09']],
    ['next Friday please', ['2026-11-20']],
    ['this Friday', ['2026-11-13']],
    ['it arrived last Monday', ['2026-11-09']],
    ['last Thursday', ['2026-11-05']],
    ['on Saturday morning', ['2026-11-14']],
    ['next tue', ['2026-11-17']],
    ['bought on 3 Nov', ['2026-11-03']],
    ['Nov 3rd, 2025', ['2025-11-03']],
    ['the 21st of December', ['2026-12-21']],
    ['September 9', ['2026-09-09']],
    ['May 3 will be the day', ['2027-05-03']],
    ['in two weeks', ['2026-11-25']],
    ['in a month', ['2026-12-11']],
    ['ten days ago', ['2026-11-01']],
    ['a week ago', ['2026-11-04']],
    ['three days from now', ['2026-11-14']],
    ['by the 20th.', ['2026-11-20']],
    ['the 5th of next month', ['2026-12-05']],
    ['25/12/2026', ['2026-12-25']],
  ])('reads %s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['an order number', '订单 HG20260003 到哪了'],
    ['a long number with the form of a date in it', '单号20261103445566'],
    ['a version', '升级到 v2026.1.3 之后打不开，之前是 1.2.3'],
    ['a phone number', '电话 138-1103-2026，或 400-000-1234'],
    ['a building, a house and a line of the underground', '住3号楼，长安街2号，柳荫街甲14号，地铁10号线旁边'],
    ['a price per unit', '每斤3元，5块一个'],
    ['a length', '三天内发货，保修两年，要等5个工作日'],
    ['a recurring day', '每周三做活动，一周一次，两周一次，周一至周日营业，周一到周五'],
    ['words that hold those of a day', '第3号柜台，生日快乐，日常，天天向上，以前天天买，吃完后晚上再来'],
    ['a day that does not exist', '2月30号'],
    ['an ambiguous order of day and month', '11/3/2026'],
    ['a share', '1/2 of the items, 3/4'],
    ['a whole week or month', '下周发货，next week, this month'],
    ['a holiday', '国庆能发货吗，before Christmas'],
    ['the verb and the month', 'I may 3 times a day, it may 5 or 6'],
    ['Latin words that hold a day', 'mondays, sunny, saturated'],
    ['every week', 'every Friday'],
    ['a rank', 'the 3rd item is broken, this is the 2nd time'],
    ['an address', '221 March Street, room 1103'],
    ['nothing', ''],
  ])('sees no day in %s', (_title, text) => {
    expect(found(text)).toEqual([]);
  });

  it.each<[string, Prefer, string]>([
    ['周一', 'past', '2026-11-09'],
    ['周一', 'future', '2026-11-16'],
    ['Monday', 'past', '2026-11-09'],
    ['Monday', 'future', '2026-11-16'],
    ['3号', 'future', '2026-12-03'],
    ['12月1日', 'past', '2025-12-01'],
    ['3 March', 'future', '2027-03-03'],
    ['1月2日', 'nearest', '2027-01-02'],
  ])('takes %s for the %s one', (text, prefer, expected) => {
    expect(found(text, prefer)).toEqual([expected]);
  });

  it('says where a day stands', () => {
    const text = '请改到11月20号送';
    const [date] = findDates(text, { today, prefer: 'nearest' });
    expect(date).toEqual({ value: '2026-11-20', raw: '11月20号', index: 3 });
  });

  it('keeps to the last day of a shorter month', () => {
    expect(findDates('一个月后', { today: dayOf(2026, 1, 31) ?? 0, prefer: 'nearest' })[0]?.value).toBe('2026-02-28');
  });
});

it('knows the day of a zone, which is another one at the same moment', () => {
  const moment = Date.UTC(2026, 10, 11, 17);
  expect(isoOf(todayIn('Asia/Shanghai', moment))).toBe('2026-11-12');
  expect(isoOf(todayIn('America/New_York', moment))).toBe('2026-11-11');
});
