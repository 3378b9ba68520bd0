import { describe, expect, it } from 'vitest';
import { isHongKongId, isOldResidentId, isResidentId, isSocialCreditCode, isTaiwanId, passesLuhn } from './checksums.js';
import { isEmail } from './find-emails.js';
import { isIban } from './iban.js';
import { paymentCardOf } from './payment-card.js';

/** Every one-character change of the digits of a value. */
const neighbours = (value: string, alphabet = '0123456789'): string[] =>
  Array.from(value).flatMap((written, at) => (alphabet.includes(written) ? Array.from(alphabet).filter((one) => one !== written).map((one) => value.slice(0, at) + one + value.slice(at + 1)) : []));

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
    const withCheck = (first17: string): string => {
      const sum = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
      return first17 + '10X98765432'.charAt(sum % 11);
    };
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
