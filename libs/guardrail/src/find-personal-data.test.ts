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
    ['an IPv6 address', 'from 2001:db8::8a2e:370:7334 today', ['ip_address:2001:db8::8a2e:370:7334']],
    ['the address of a page, without the full stop', 'see https://example.com/a?b=1. Thanks', ['url:https://example.com/a?b=1']],
    ['the address of a page before a full-width sign', '看https://example.com/u1，110105194912310021；www.example.cn/a；QQ12345678', ['url:https://example.com/u1', 'url:www.example.cn/a', 'qq:12345678']],
    ['an address and what follows it', "I moved to 670 Maple Road, Apt 88, I'm Isabel Patel", ['address:670 Maple Road, Apt 88', 'person_name:Isabel Patel']],
    ['an address with its town, and what begins in it', '893 Old Mill Lane, Sofia Hartmann Tower, GB82 WEST 1234 5698 7654 32', ['address:893 Old Mill Lane, Sofia Hartmann Tower', 'iban:GB82 WEST 1234 5698 7654 32']],
    ['an address and the account behind it', '893 Old Mill Lane, Apt 56\nIBAN GB82 WEST 1234 5698 7654 32', ['address:893 Old Mill Lane, Apt 56', 'iban:GB82 WEST 1234 5698 7654 32']],
    ['the address of a page before Chinese', '看www.example.cn/店铺', ['url:www.example.cn/']],
    ['an identity card of Hong Kong', '身份证 A123456(3)', ['resident_id:A123456(3)']],
    ['an identity card of Taiwan where it is called one', '身份证号 A123456789', ['resident_id:A123456789']],
    ['a credit code of an organisation', '开票税号91350100M000100Y43', ['social_credit_code:91350100M000100Y43']],
    ['a passport where it is called one', '护照E12345678，passport no. G12345678', ['passport:E12345678', 'passport:G12345678']],
    ['plates', '车牌京A·12345和粤BD12345', ['licence_plate:京A·12345', 'licence_plate:粤BD12345']],
    ['an account of WeChat', '加微信号abc_1234吧', ['wechat:abc_1234']],
    ['an account of QQ', 'QQ是12345678', ['qq:12345678']],
    ['an account of QQ at the end of a sentence', 'my QQ is 12345678. Thanks', ['qq:12345678']],
    ['an address in Chinese', '请寄到浙江省杭州市西湖区文三路138号东方大厦7楼，谢谢', ['address:浙江省杭州市西湖区文三路138号东方大厦7楼']],
    ['an address behind an account', '加QQ：486715613四川省成都市武侯区学院路704号28栋', ['qq:486715613', 'address:四川省成都市武侯区学院路704号28栋']],
    ['an address of several buildings', '地址是北京市朝阳区建国路88号现代城3号楼1单元502室', ['address:北京市朝阳区建国路88号现代城3号楼1单元502室']],
    ['an address in English', 'it is 12 Harbour View Road, Apt 4', ['address:12 Harbour View Road, Apt 4']],
    ['a continental address', 'ich wohne Lindenstraße 12', ['address:Lindenstraße 12']],
    ['names that are introduced', '收货人：李小龙，我叫张伟', ['person_name:李小龙', 'person_name:张伟']],
    ['a name with characters that words are made of, where a sign ends it', '收货人：王和平，13800138000。联系人陶能', ['person_name:王和平', 'phone:13800138000', 'person_name:陶能']],
    ['a name that runs into a plate, or into an address', '联系人雷雅沪A12345。我的名字是欧阳艳杰请寄到北京市朝阳区建国路88号', ['person_name:雷雅', 'licence_plate:沪A12345', 'person_name:欧阳艳杰', 'address:北京市朝阳区建国路88号']],
    ['a whole name and not its beginning', "thanks, I'm Rajesh Sorensen, and this is Anna Maria Smith", ['person_name:Rajesh Sorensen', 'person_name:Anna Maria Smith']],
    ['a name with a title', '请联系王建国先生', ['person_name:王建国']],
    ['a name with a particle, signed', "I'm Anna van der Berg. This is Lukas de Vries", ['person_name:Anna van der Berg', 'person_name:Lukas de Vries']],
    ['a name in English', 'My name is Anna van Dijk.', ['person_name:Anna van Dijk']],
    ['a number with the word behind', '416 60 039 office', ['phone:416 60 039']],
    ['a number that may be dialled in its own country', '01.84.17.61.18', ['phone:01.84.17.61.18']],
    ['a number with an extension', 'Fax: 345-899-3560x4587', ['phone:345-899-3560x4587']],
    ['several, in order', '13800138000 和 a@b.cn，还有13900139000', ['phone:13800138000', 'email:a@b.cn', 'phone:13900139000']],
    ['numbers that a comma parts', '卡号6222021234567890128，13800138000,13900139000', ['bank_card:6222021234567890128', 'phone:13800138000', 'phone:13900139000']],
    ['mobile numbers in a numbered list', '1.13800138000 2.13900139000', ['phone:13800138000', 'phone:13900139000']],
    ['two numbers beside each other', '13800138000 13900139000', ['phone:13800138000', 'phone:13900139000']],
  ])('finds %s', (_title, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['an order number', '订单 HG20260001 到哪了'],
    ['an order number of many digits', 'order HG2026000113800138000'],
    ['a parcel number', 'SF1234567890123'],
    ['amounts', '退 1,299.00 元, 1899, ¥12345678'],
    ['sums with thousands', '1,299,000.00 USD and 12,345 6789 pieces'],
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
    ['an order number that passes the check of cards', '订单号 6222021234567890128'],
    ['a number beside the word order, near the word call', 'call me about order 4500840'],
    ['digits that have a credit code\'s check', '单号 913501000000000091'],
    ['a letter and digits', 'A123456789, part E12345678'],
    ['a payment by WeChat', 'wechat payment failed, 微信支付不了'],
    ['a house without a street', '我在3号楼，11月12号，第2层'],
    ['words after "I am"', '我是来退货的，我是金牌会员, I am Very happy'],
    ['the name of a field', '姓名和电话怎么改，name: Please'],
    ['a time', 'at 10:30:45 or 12:30'],
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

  it('gives the surer of two readings', () => {
    expect(found('https://example.com/u?mail=a@b.cn')).toEqual(['email:a@b.cn']);
  });

  it.each(['1', '1 ', '1-', '(', '+', '0', '@', 'a@', 'a.', '1.', 'DE89 ', 'a', 'A', 'A1', 'f:', '::', 'http://', 'www.', '号', '一号', '路1号', '王', '王先生', '我叫', 'Mr ', 'Ab ', '1 Ab ', 'Rue a ', '京A1', '护照E', '微信', 'QQ1', '\ud800', '\udc00', '\u202e', '\u200f', '１', '收货人：李', 'x1', '"', 'name: '])(
    'takes time in proportion to the text: 100,000 characters of %j',
    (piece) => {
      const text = piece.repeat(Math.ceil(100_000 / piece.length));
      const began = performance.now();
      findPersonalData(text);
      expect(performance.now() - began).toBeLessThan(5_000);
    },
  );

  it('gives what stands in the text, in order and without overlaps, for any mixture', () => {
    const pieces = ['13800138000', 'a@b.cn', ' ', '，', '路', '12号', '王先生', '京A12345', 'http://x.cn/', '+', '(', '::1', '110105', 'DE89', '\ud83d', '１２', 'Mr. Smith', '微信号', 'x', '-', '.', '\n'];
    let state = 20_261_126;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 3_000; round++) {
      const text = Array.from({ length: 1 + next(14) }, () => pieces[next(pieces.length)] ?? '').join('');
      let at = 0;
      for (const { start, end, value, confidence } of findPersonalData(text)) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(text.slice(start, end)).toBe(value);
        expect(value.length).toBeGreaterThan(0);
        expect(confidence > 0 && confidence <= 1).toBe(true);
        at = end;
      }
    }
  });
});
