import { describe, expect, it } from 'vitest';
import { findPersonalData } from './find-personal-data.js';

const found = (text: string): string[] => findPersonalData(text).map(({ kind, value }) => `${kind}:${value}`);

describe('findPersonalData', () => {
  it.each<[string, string, string[]]>([
    ['a resident id with its check digit', '身份证11010519491231002X，谢谢', ['resident_id:11010519491231002X']],
    ['a resident id in groups', 'id: 110105 19491231 002x', ['resident_id:110105 19491231 002x']],
    ['a resident id in full-width digits', '号码１１０１０５１９４９１２３１００２Ｘ', ['resident_id:１１０１０５１９４９１２３１００２Ｘ']],
    ['an old resident id where it is called one', '身份证号 110105491231002', ['resident_id:110105491231002']],
    ['a mistyped resident id where it is called one', '身份证110105194912310021', ['resident_id:110105194912310021']],
    ['a mobile number', '手机13800138000', ['phone:13800138000']],
    ['a mobile number in groups', 'call 138-0013-8000 please', ['phone:138-0013-8000']],
    ['a mobile number with its country', '+86 138 0013 8000', ['phone:+86 138 0013 8000']],
    ['a landline', '座机010-66916919转3', ['phone:010-66916919']],
    ['a landline in brackets', '(021) 6691 6919', ['phone:(021) 6691 6919']],
    ['an international number', 'my number is +44 7700 900123.', ['phone:+44 7700 900123']],
    ['a North American number', 'call (415) 555-2671', ['phone:(415) 555-2671']],
    ['a number that is called a phone', 'my phone: 0490 75 40 81', ['phone:0490 75 40 81']],
    ['a UnionPay card', '卡号6222021234567890128', ['bank_card:6222021234567890128']],
    ['a credit card', 'card 4111 1111 1111 1111', ['credit_card:4111 1111 1111 1111']],
    ['an American Express card', '378282246310005', ['credit_card:378282246310005']],
    ['an e-mail address', '发到 li.lei+shop@example.com.cn。', ['email:li.lei+shop@example.com.cn']],
    ['an e-mail address in Chinese', '邮箱是abc@qq.com谢谢', ['email:abc@qq.com']],
    ['an IP address', 'from 192.168.1.20, today', ['ip_address:192.168.1.20']],
    ['a US social security number', 'SSN 219-09-9999', ['us_ssn:219-09-9999']],
    ['an IBAN', 'IBAN DE89 3704 0044 0532 0130 00 please', ['iban:DE89 3704 0044 0532 0130 00']],
    ['an IBAN without spaces', 'GB82WEST12345698765432', ['iban:GB82WEST12345698765432']],
    ['several, in order', '13800138000 和 a@b.cn，还有13900139000', ['phone:13800138000', 'email:a@b.cn', 'phone:13900139000']],
    ['two numbers beside each other', '13800138000 13900139000', ['phone:13800138000', 'phone:13900139000']],
  ])('finds %s', (_title, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['an order number', '订单 HG20260001 到哪了'],
    ['an order number of many digits', 'order HG2026000113800138000'],
    ['a parcel number', 'SF1234567890123'],
    ['amounts', '退 1,299.00 元, 1899, ¥12345678'],
    ['dates', '2026-03-01 10:00, 20260301, 2026年3月1日, 03/01/2026'],
    ['a wrong check digit', '110105194912310021'],
    ['an impossible date of birth', '110105194913310021'],
    ['a card that fails its check', '6222021234567890123'],
    ['zeros', '0000000000000000'],
    ['a service number', '打400-000-1234'],
    ['a version', '固件 v1.2.3.4 版本 1.2.3.4'],
    ['an octet that is too large', '300.1.1.1'],
    ['a wrong IBAN', 'DE89 3704 0044 0532 0130 01'],
    ['an impossible social security number', '000-12-3456'],
    ['an at sign in a sentence', 'see you @ 5, @shop, a@b'],
    ['a short number', '12345'],
    ['a number of another length', '138001380001'],
  ])('finds nothing in %s', (_title, text) => {
    expect(found(text)).toEqual([]);
  });

  it('gives offsets of the original and a confidence', () => {
    const text = '😀 打 13800138000';
    const [phone] = findPersonalData(text);
    expect(phone && text.slice(phone.start, phone.end)).toBe('13800138000');
    expect(phone?.confidence).toBeGreaterThan(0.9);
  });

  it('is less sure of a number that is called an order', () => {
    expect(findPersonalData('订单号13800138000')[0]?.confidence).toBeLessThan(0.7);
  });

  it('takes time in proportion to the text', () => {
    const started = performance.now();
    for (const piece of ['1', '1 ', '1-', '@', 'a@', 'a.', '1.', 'DE89 ', '(']) findPersonalData(piece.repeat(8_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
