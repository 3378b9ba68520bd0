import { describe, expect, it } from 'vitest';
import { findDurations } from './find-durations.js';

const found = (text: string): string[] => findDurations(text).map(({ value }) => value.iso);

describe('findDurations', () => {
  it.each<[string, string[], number]>([
    ['等了两个半小时', ['PT2H30M'], 9_000],
    ['要三天', ['P3D'], 259_200],
    ['90分钟', ['PT1H30M'], 5_400],
    ['半小时', ['PT30M'], 1_800],
    ['半个小时就到', ['PT30M'], 1_800],
    ['1小时30分', ['PT1H30M'], 5_400],
    ['2天3小时', ['P2DT3H'], 183_600],
    ['一个半月', ['P1M15D'], 3_888_000],
    ['半个月了', ['P15D'], 1_296_000],
    ['一年半', ['P1Y6M'], 47_088_000],
    ['两周', ['P14D'], 1_209_600],
    ['三个星期以内', ['P21D'], 1_814_400],
    ['7日内退货', ['P7D'], 604_800],
    ['十五天', ['P15D'], 1_296_000],
    ['一刻钟', ['PT15M'], 900],
    ['保修3年', ['P3Y'], 94_608_000],
    ['1.5小时', ['PT1H30M'], 5_400],
    ['a fortnight', ['P14D'], 1_209_600],
    ['90 min', ['PT1H30M'], 5_400],
    ['two and a half hours', ['PT2H30M'], 9_000],
    ['2 hours and 30 minutes', ['PT2H30M'], 9_000],
    ['half an hour', ['PT30M'], 1_800],
    ['an hour and a half', ['PT1H30M'], 5_400],
    ['within 30 days', ['P30D'], 2_592_000],
    ['ten days', ['P10D'], 864_000],
    ['a couple of weeks', ['P14D'], 1_209_600],
    ['1h30m', ['PT1H30M'], 5_400],
    ['6 months', ['P6M'], 15_552_000],
  ])('reads %s', (text, expected, seconds) => {
    expect(found(text)).toEqual(expected);
    expect(findDurations(text)[0]?.value.seconds).toBe(seconds);
  });

  it.each([
    ['a point of time', '三天后，两周前，3天之前'],
    ['a point of time in English', 'two weeks ago, 3 days from now'],
    ['an ordinal', '第三天'],
    ['a year', '2026年，1998年的'],
    ['a day of a month', '11月3日，3号'],
    ['an age', '5 years old'],
    ['a rate', 'twice a day, 3 times a week'],
    ['a figure of speech', 'wait a minute, just a second'],
    ['an order number', 'HG20260003'],
    ['a price', '30元, $20'],
    ['a version', 'v3.2'],
    ['nothing', ''],
  ])('sees no length in %s', (_title, text) => {
    expect(found(text)).toEqual([]);
  });
});
