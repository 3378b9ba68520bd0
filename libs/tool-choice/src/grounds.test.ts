import { expect, it } from 'vitest';
import { groundsOf } from './grounds.js';

const grounds = (conversation: string) => groundsOf({ conversation, results: [], nowMs: Date.UTC(2026, 10, 27) });

it.each([
  ['where is hg 2026-0001?', 'HG20260001', true],
  ['订单HG20260001到哪了', 'HG20260001', true],
  ['HG 2 0 2 6 0 0 0 1', 'hg20260001', true],
  ['ＨＧ２０２６０００１', 'HG20260001', true],
  ['𠮷野家7号，𠮷野家88号', '𠮷野家88号', true],
  ['where is HG20260001?', 'HG2026000', false],
  ['where is HG20260001?', 'G20260001', false],
  ['HG2026 and then some 0001', 'HG20260001', false],
  ['HG2026----0001', 'HG20260001', false],
  ['HG202600011 or HG20260001', 'HG20260001', true],
  ['HG----1 HG1', 'HG1', true],
  ['123', '', true],
])('of "%s" the value "%s" stands there: %s', (conversation, value, stands) => expect(grounds(conversation).holdsText(value)).toBe(stands));

it('a value of any length is looked for in a moment', () => {
  const long = '北京市朝阳区建国路88号 13800138000; '.repeat(2_000);
  const startedAt = performance.now();
  expect([grounds(long).holdsText(long), grounds(`${long}x`).holdsText(`${long}y`), grounds('1 '.repeat(40_000)).holdsText(`${'1'.repeat(20_000)}2`), grounds(`${'1 '.repeat(20_000)}    ${'1 '.repeat(19_999)}`).holdsText('1'.repeat(20_001))]).toEqual([true, false, false, false]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
