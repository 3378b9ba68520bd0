import { describe, expect, it } from 'vitest';
import { REGION_YEARS } from './data/region-years.js';
import { isHongKongId, isOldResidentId, isResidentId, isSocialCreditCode, isTaiwanId, passesLuhn } from './checksums.js';
import { isEmail } from './find-emails.js';
import { isIban } from './iban.js';
import { findPersonalData } from './find-personal-data.js';
import { paymentCardOf } from './payment-card.js';
import { regionBegan } from './region-years.js';

/** Every one-character change of the digits of a value. */
const neighbours = (value: string, alphabet = '0123456789'): string[] =>
  Array.from(value).flatMap((written, at) => (alphabet.includes(written) ? Array.from(alphabet).filter((one) => one !== written).map((one) => value.slice(0, at) + one + value.slice(at + 1)) : []));

/** A resident id of these first 17 digits. */
const withCheck = (first17: string): string => {
  const sum = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return first17 + '10X98765432'.charAt(sum % 11);
};

describe('check digits', () => {
  it.each<[string, (value: string) => boolean, string]>([
    ['a resident id', isResidentId, '11010519491231002X'],
    ['a card', passesLuhn, '4111111111111111'],
    ['an identity card of Hong Kong', isHongKongId, 'A123456(3)'],
    ['a credit code', isSocialCreditCode, '91350100M000100Y43'],
    ['an IBAN', isIban, 'DE89370400440532013000'],
  ])('of %s find every wrong digit', (_title, check, value) => {
    expect(check(value)).toBe(true);
    for (const wrong of neighbours(value)) expect([wrong, check(wrong)]).toEqual([wrong, false]);
  });

  it('of an identity card of Taiwan find a wrong last digit', () => {
    expect(isTaiwanId('A123456789')).toBe(true);
    for (let last = 0; last < 9; last++) expect(isTaiwanId(`A12345678${last}`)).toBe(false);
  });

  it('of a resident id need a region and a day that can be', () => {
    expect(isResidentId(withCheck('11010519491231002'))).toBe(true);
    expect(isResidentId(withCheck('50015419800412001'))).toBe(true);
    for (const bad of ['11110519491231002', '99010519491231002', '11010519490230002', '11010518991231002', '11010519491331002']) expect(isResidentId(withCheck(bad))).toBe(false);
    expect(isOldResidentId('110105491231002')).toBe(true);
    expect(isOldResidentId('110105491331002')).toBe(false);
  });

  it('of nothing are never right', () => {
    for (const check of [isResidentId, passesLuhn, isTaiwanId, isHongKongId, isSocialCreditCode, isIban, isEmail]) expect(check('')).toBe(false);
    expect(paymentCardOf('')).toBeUndefined();
  });
});

describe('the region of a resident id', () => {
  it.each<[string, number | undefined, string]>([
    ['110105', 1980, 'a district of the first list'],
    ['130107', 1980, 'a district that ended in 1989 and began again in 1992'],
    ['320706', 1986, 'a district between others of 1980 and 1983'],
    ['330226', 1983, 'a county within a range'],
    ['330228', undefined, 'a number behind a range'],
    ['110112', 1997, 'a county that became a district'],
    ['110223', 1982, 'the county that it was, now gone'],
    ['460100', 1988, 'a city of a province that was founded'],
    ['500000', 1997, 'a province'],
    ['440301', 1980, 'the heading of the districts of a city'],
    ['320583', 1990, 'a city of counties by the standard'],
    ['329012', 1989, 'the same in the list before'],
    ['232702', 2006, 'a district that only a whole list tells'],
    ['120116', 2009, 'a district of several that were joined'],
    ['653229', 2024, 'a county of the last lists'],
    ['500157', 2025, 'the newest of all'],
    ['110120', undefined, 'a number that was never given out'],
    ['119901', undefined, 'a city that never was'],
    ['1101', undefined, 'less than a code'],
  ])('%s began in %s: %s', (code, year) => {
    expect(regionBegan(code)).toBe(year);
  });

  it('is read from data in which every code stands once, in order', () => {
    let last = '';
    let codes = 0;
    for (const entry of REGION_YEARS.split(';')) {
      expect(entry).toMatch(/^\d{4} \d\d(?: \d\d(?:-\d\d)?)+(?:,\d\d(?: \d\d(?:-\d\d)?)+)*$/);
      expect(entry > last).toBe(true);
      last = entry.slice(0, 4);
      const years = entry.slice(5).split(',').map((group) => (Number(group.slice(0, 2)) + 20) % 100);
      expect(years).toEqual(years.toSorted((a, b) => a - b));
      const seen = new Set<number>();
      for (const range of entry.slice(5).split(',').flatMap((group) => group.split(' ').slice(1))) {
        const [from = 0, to = from] = range.split('-').map(Number);
        expect(from <= to).toBe(true);
        for (let next = from; next <= to; next++) {
          expect([entry, next, seen.has(next)]).toEqual([entry, next, false]);
          seen.add(next);
        }
      }
      codes += seen.size;
    }
    expect(codes).toBe(7_073);
  });

  it('must have been in the list by the year of birth, in strict mode', () => {
    for (const first17 of ['11010519491231002', '11011219970401002', '11022319820101002', '44030119760101002', '81000019700101002']) expect([first17, isResidentId(withCheck(first17), { strict: true })]).toEqual([first17, true]);
    for (const first17 of ['11011219961231002', '11022319811231002', '12011620080101002', '11012019990101002']) {
      expect([first17, isResidentId(withCheck(first17))]).toEqual([first17, true]);
      expect([first17, isResidentId(withCheck(first17), { strict: true })]).toEqual([first17, false]);
    }
    expect(isResidentId('110105194912310021', { strict: true })).toBe(false);
    expect([isOldResidentId('110112961231002'), isOldResidentId('110112961231002', { strict: true })]).toEqual([true, false]);
    expect([isOldResidentId('110112970101002', { strict: true }), isOldResidentId('110105491231002', { strict: true })]).toEqual([true, true]);
  });

  it('leaves every number found, less surely where its code began later or never', () => {
    const sure = (number: string): number | undefined => findPersonalData(`号码 ${number}`).find(({ kind }) => kind === 'resident_id')?.confidence;
    const [byBirth = 0, later = 0, never = 0] = ['11011219970401002', '11011219760401002', '11012019970401002'].map((first17) => sure(withCheck(first17)));
    expect(byBirth).toBe(0.99);
    expect(later).toBeLessThan(byBirth);
    // A listed region outdoes a payment card's number (0.95), which sixteen to nineteen digits may be too.
    expect(later).toBeGreaterThan(0.95);
    expect(never).toBeLessThan(later);
    expect(never).toBeGreaterThan(0.85);
    expect(findPersonalData('身份证号 110112760401002')[0]?.confidence).toBeLessThan(0.8);
  });
});

describe('an IBAN', () => {
  it('has the form of its country', () => {
    const withCheck = (country: string, account: string): string => {
      const digits = Array.from(`${account}${country}00`, (character) => Number.parseInt(character, 36)).join('');
      return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`;
    };
    expect(isIban(withCheck('GB', 'WEST12345698765432'))).toBe(true);
    expect(isIban(withCheck('GB', '123412345698765432'))).toBe(false);
    expect(isIban(withCheck('GB', 'WEST1234569876543'))).toBe(false);
    expect(isIban(withCheck('ZZ', 'WEST1234569876543'))).toBe(true);
  });
});

describe('a card', () => {
  it.each<[string, string, string | undefined]>([
    ['UnionPay', '6222021234567890128', 'bank_card'],
    ['Visa', '4111111111111111', 'credit_card'],
    ['Mastercard', '5555555555554444', 'credit_card'],
    ['Mastercard, second series', '2223003122003222', 'credit_card'],
    ['American Express', '378282246310005', 'credit_card'],
    ['Diners', '30569309025904', 'credit_card'],
    ['JCB', '3530111333300000', 'credit_card'],
    ['of nobody', '1234567812345670', undefined],
    ['of a wrong length', '41111111111111', undefined],
    ['of one digit', '4444444444444444', undefined],
  ])('is told by its issuer: %s', (_title, digits, kind) => {
    expect(paymentCardOf(digits)).toBe(kind);
  });
});

describe('an e-mail address', () => {
  it.each(['a@b.cn', 'first.last+tag@sub.example.com', '"two words"@example.com', 'müller@exämple.de'])('is %s', (value) => expect(isEmail(value)).toBe(true));
  it.each(['a@b', 'a@.cn', '.a@b.cn', 'a..b@c.cn', 'a@b.c', 'a@-b.cn', 'a b@c.cn', 'ａ@b.cn', `${'a'.repeat(65)}@b.cn`])('is not %s', (value) => expect(isEmail(value)).toBe(false));
});
