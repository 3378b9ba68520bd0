import { addMonths, dayOf, partsOf, preferred, weekdayFor, weekdayOf, type Day, type Prefer } from './calendar.js';
import type { Reading } from './found.js';
import { HAN_NUMERAL, quantityOf } from './quantity.js';

export interface DateContext {
  readonly today: Day;
  readonly prefer: Prefer;
}

const RELATIVE_DAYS: Readonly<Record<string, number>> = { 大前: -3, 前: -2, 昨: -1, 今: 0, 明: 1, 后: 2, 大后: 3 };
const RELATIVE_YEARS: Readonly<Record<string, number>> = { 前: -2, 去: -1, 今: 0, 本: 0, 明: 1, 后: 2 };
const STEPS: Readonly<Record<string, number>> = { 上上: -2, 上: -1, 这: 0, 本: 0, 下: 1, 下下: 2 };
const WEEKDAYS: Readonly<Record<string, number>> = { 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 日: 7, 天: 7, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7 };

const NUMBER = String.raw`\d{1,2}|[一二三四五六七八九十]{1,3}`;
/** "3号楼", "10号线" and "3日游" are no days. */
const NO_DAY_AFTER = '(?![楼线院店铺柜台机码门房室仓库桌位舱车公厅球选手]|[元块]|\\d)';
/** "三天前天气很好" and "以前天天": not the day before yesterday. */
const DAY_WORD = '(?:(?<day>大前|大后|(?<![天年月周日以之先])前|(?<![天年月周日今以之然先])后|昨|今|明)(?:天(?![天气])|日)|(?<part>[昨今明])[晚早])';

function onDate(year: number | undefined, month: number, date: number, { today, prefer }: DateContext): Day | undefined {
  if (month < 1 || month > 12) return undefined;
  if (year !== undefined) return dayOf(year, month, date);
  const now = partsOf(today).year;
  return preferred([now - 1, now, now + 1].map((one) => dayOf(one, month, date)), today, prefer);
}

function yearOf(written: string | undefined, relative: string | undefined, today: Day): number | undefined {
  if (relative !== undefined) return partsOf(today).year + (RELATIVE_YEARS[relative] ?? 0);
  const year = quantityOf(written);
  return year === undefined ? undefined : year < 100 ? 2_000 + year : year;
}

export const CHINESE_DATES: readonly Reading<Day, DateContext>[] = [
  [
    new RegExp(`(?<![\\d第])(?:(?<year>\\d{4}|\\d{2}|[零〇一二三四五六七八九]{4})年|(?<relative>[前去今本明后])年的?)?(?<month>${NUMBER})月份?的?(?<date>${NUMBER})[日号]${NO_DAY_AFTER}`, 'gu'),
    ({ year, relative, month, date }, context) => onDate(yearOf(year, relative, context.today), quantityOf(month) ?? 0, quantityOf(date) ?? 0, context),
    /月/,
  ],
  [
    new RegExp(`(?<step>上上|下下|[上这本下])个?月的?(?<date>${NUMBER})[日号]${NO_DAY_AFTER}`, 'gu'),
    ({ step = '', date }, { today }) => {
      const { year, month } = partsOf(today);
      return dayOf(year, month + (STEPS[step] ?? 0), quantityOf(date) ?? 0);
    },
    /月/,
  ],
  [
    // "3日内" counts days, and so do "3日后" and its like, which are read below.
    new RegExp(`(?<![\\d第月年路街条甲乙弄巷区座栋村庄里园府坊镇A-Za-z.,，:#一二三四五六七八九十百千/-]|尾号|编号|胡同)(?<date>${NUMBER})(?:号${NO_DAY_AFTER}|日(?![内之以后前游元]|\\d))`, 'gu'),
    ({ date }, { today, prefer }) => {
      const { year, month } = partsOf(today);
      return preferred([-1, 0, 1].map((step) => dayOf(year, month + step, quantityOf(date) ?? 0)), today, prefer);
    },
    /[日号]/,
  ],
  [new RegExp(DAY_WORD, 'gu'), ({ day, part }, { today }) => today + (RELATIVE_DAYS[day ?? part ?? ''] ?? 0), /[前后昨今明]/],
  [
    // "两周一次", "每周三" and "周一至周五" name no day.
    /(?<![每逢至一二两三四五六七八九十几半\d]|(?:周|星期)[一二三四五六日天]到)(?<step>上上|下下|[上这本下])?个?(?:周|星期|礼拜)(?<weekday>[一二三四五六日天1-7])(?![次样天年月周个\d至]|到(?:周|星期))/gu,
    ({ step, weekday = '' }, { today, prefer }) => {
      const monday = today - weekdayOf(today) + 1;
      const day = monday + (WEEKDAYS[weekday] ?? 1) - 1;
      return step === undefined ? weekdayFor(day, today, prefer) : day + 7 * (STEPS[step] ?? 0);
    },
    /[周期拜]/,
  ],
  [
    new RegExp(`(?<![\\d第])(?<count>\\d{1,3}|${HAN_NUMERAL})(?<unit>天|日|周|个?星期|个?礼拜|个月|年)(?:之|以)?(?<way>前(?!台)|后(?!台))`, 'gu'),
    ({ count, unit = '', way = '' }, { today }) => {
      const step = (quantityOf(count) ?? 0) * (way === '前' ? -1 : 1);
      if (Math.abs(step) > 999) return undefined;
      if (unit === '个月') return addMonths(today, step);
      if (unit === '年') return addMonths(today, 12 * step);
      return today + step * (unit === '天' || unit === '日' ? 1 : 7);
    },
    /[前后]/,
  ],
];
