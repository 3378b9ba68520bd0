import { PersonalDataKind, type ReplyLanguage } from '@switchyard/contracts';
import type { Chance } from '../seeded-chance.js';
import { drawValue, type PrivateValue } from './private-values.js';

/** What a customer writes, in their order; `values` are all that must not be read by anybody else. */
export interface PrivateConversation {
  readonly language: ReplyLanguage;
  readonly messages: readonly string[];
  readonly values: readonly PrivateValue[];
}

type Phrases = Readonly<Record<ReplyLanguage, readonly string[]>>;

/** How a value comes up for the first time: `@` is the value. Kinds without a form of their own are called by their name. */
const FIRST: Readonly<Record<PersonalDataKind, Phrases>> = {
  resident_id: { zh: ['我的身份证号是@', '身份证@，帮我实名一下', '证件号：@'], en: ['my id number is @', 'ID card: @', 'identity @ for the invoice'] },
  phone: { zh: ['手机@', '我的电话是@', '打@联系我吧', '联系方式：@。', '手机号换成@可以吗'], en: ['call me on @', 'my phone: @', 'my number is @, thanks', 'Reach me at @.'] },
  bank_card: { zh: ['卡号@', '退到银行卡@吧', '储蓄卡：@'], en: ['refund it to card @', 'my bank card is @'] },
  credit_card: { zh: ['信用卡@扣了两次', '我用的卡是@'], en: ['I paid with card @', 'my credit card @ was charged twice'] },
  email: { zh: ['邮箱@', '发票发到@', '我的邮箱是@谢谢'], en: ['mail it to @', 'my e-mail is @.', 'write to <@>'] },
  ip_address: { zh: ['从@登录不了', '我的IP是@'], en: ['I log in from @', 'my IP is @, and it fails'] },
  us_ssn: { zh: ['社保号SSN @'], en: ['my SSN is @', 'social security number @'] },
  iban: { zh: ['退到IBAN @', '账户：@'], en: ['IBAN @ please', 'pay it to @'] },
  url: { zh: ['我的主页 @ 打不开', '看一下@'], en: ['my page is @', 'see @.'] },
  passport: { zh: ['护照号@', '护照：@'], en: ['passport no. @', 'my passport is @'] },
  licence_plate: { zh: ['车牌@', '车牌号是@，要进停车场'], en: ['licence plate @', 'the car is @'] },
  social_credit_code: { zh: ['开票税号@', '统一社会信用代码：@'], en: ['our tax code is @', 'company credit code @'] },
  wechat: { zh: ['加我微信@', '微信号：@', '微信是@'], en: ['my wechat is @', 'WeChat id: @'] },
  qq: { zh: ['QQ@', '加QQ：@', '我QQ号是@'], en: ['my QQ is @', 'QQ number: @'] },
  address: { zh: ['请寄到@', '地址是@', '收货地址：@，谢谢'], en: ['ship it to @', 'my address is @.', 'I moved to @'] },
  person_name: { zh: ['我叫@', '收货人：@', '联系人@', '姓名@，', '我的名字是@', '收件人是@，别写错'], en: ['My name is @.', 'Recipient: @', "I'm @", 'This is @'] },
};

/** How one comes up again: what it is needs no saying any more. */
const AGAIN: Phrases = {
  zh: ['还是@', '@可以吗', '之前说的@有问题', '不是@，是另一个', '再确认一下：@'],
  en: ['still @', 'is @ all right?', 'about @ again', 'not @, the other one', 'so @, as I said'],
};

/** What stands between two of them. */
const BETWEEN: Phrases = { zh: ['，', '；', '。', '\n', ' ', '，还有', '、', ''], en: [', ', '; ', '. ', '\n', ' and ', ' / '] };
const OPENING: Phrases = { zh: ['', '你好，', '麻烦了：', '那个，'], en: ['', 'Hi, ', 'Hello. ', 'Well, '] };
const ALPHANUMERIC = /[A-Za-z0-9０-９]/;
const HAN = /[\u4e00-\u9fff]/;

const fill = (template: string, { value }: PrivateValue): string => template.replace('@', () => value);

/** A form of the language: nobody writes a Chinese name into "I'm …", where nothing would show it. */
function fits(kind: PersonalDataKind, language: ReplyLanguage): (value: string) => boolean {
  if (kind !== 'person_name' && kind !== 'address') return () => true;
  return (value) => HAN.test(value) === (language === 'zh');
}

/** Seeded conversations of four messages, in both languages, with two to five private values each that come up again and again. */
export function privateConversations(chance: Chance, count: number): PrivateConversation[] {
  return Array.from({ length: count }, (_, index): PrivateConversation => {
    const language: ReplyLanguage = index % 2 === 0 ? 'zh' : 'en';
    const kinds = new Set<PersonalDataKind>();
    const wanted = 2 + chance.below(4);
    // Each kind at its turn, so that none is left to chance.
    kinds.add(PersonalDataKind.options[Math.floor(index / 2) % PersonalDataKind.options.length] ?? 'phone');
    while (kinds.size < wanted) kinds.add(chance.pick(PersonalDataKind.options));
    const values = [...kinds].map((kind) => drawValue(chance, kind, fits(kind, language)));
    const told = values.map(() => false);
    const messages = Array.from({ length: 4 }, (__, turn) => {
      // The first two messages tell all of them.
      const here = values.flatMap((one, at) => (turn === at % 2 || (told[at] && chance.next() < 0.5) ? [{ one, at }] : []));
      const phrases = here.map(({ one, at }) => {
        const template = chance.pick((told[at] ? AGAIN : FIRST[one.kind])[language]);
        told[at] = true;
        return fill(template, one);
      });
      // What nobody could take apart is never run together: letters and digits of two values, or a name and the next word.
      const between = phrases.slice(1).map((next, at) => {
        const isOne = (here[at]?.one.kind === 'person_name' && phrases[at]?.endsWith(here[at].one.value)) || (ALPHANUMERIC.test(phrases[at]?.at(-1) ?? '') && ALPHANUMERIC.test(next.charAt(0)));
        return chance.pick(BETWEEN[language].filter((sign) => sign !== '' || !isOne));
      });
      return `${chance.pick(OPENING[language])}${phrases.map((phrase, at) => `${at === 0 ? '' : between[at - 1]}${phrase}`).join('')}` || (language === 'zh' ? '在吗' : 'hello?');
    });
    return { language, messages, values };
  });
}
