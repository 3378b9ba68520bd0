import type { PersonalDataKind } from '@switchyard/guardrail';

/** Words that a person of an order goes by; a name beside or below one of them is a person's, and no product's. */
const PERSON = /^(?:receiver|recipient|consignee|addressee|buyer|customer|contact|payee|payer|cardholder|sender|guest|passenger|patient|user|member|收件人|收货人|联系人|客户|顾客|买家|寄件人|持卡人|会员|用户)$/i;
const NAME = /^(?:name|full_?name|display_?name|nick_?name|姓名|名字|昵称)$/i;
/** What only persons have. */
const OWN_NAME = /(?:^(?:first|last|given|family|middle|full|sur)_?name$|^姓名$|(?:人|客户|买家)姓名$)/i;

const KINDS: readonly (readonly [PersonalDataKind, RegExp])[] = [
  ['phone', /(?:^|_)(?:phone|mobile|telephone|tel|cell)(?:_?(?:number|no))?$|电话|手机/i],
  ['email', /(?:^|_)e_?mail(?:_?address)?$|邮箱/i],
  ['ip_address', /(?:^|_)ip(?:_?address)?$/i],
  ['address', /(?:^|_)(?:address|street|address_?line_?\d|delivery_?address|shipping_?address)$|地址/i],
  ['resident_id', /(?:^|_)(?:resident_?id|identity_?(?:card|number|no)|id_?card(?:_?(?:number|no))?|national_?id)$|身份证/i],
  ['us_ssn', /(?:^|_)ssn$|social_?security/i],
  ['passport', /(?:^|_)passport(?:_?(?:number|no))?$|护照/i],
  ['iban', /(?:^|_)iban$/i],
  ['credit_card', /(?:^|_)(?:credit_?)?card_?(?:number|no)$|信用卡号/i],
  ['bank_card', /(?:^|_)(?:bank_?(?:card|account)|account_?(?:number|no))$|银行卡|银行账号/i],
  ['licence_plate', /(?:licen[cs]e|number)_?plate$|车牌/i],
  ['wechat', /(?:^|_)we_?chat(?:_?id)?$|微信/i],
  ['qq', /(?:^|_)qq$/i],
];

/** `receiverName` as `receiver_name`, so that a key is read word by word. */
const inWords = (key: string): string => key.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '_').replaceAll('-', '_');

/**
 * The kind of personal data that a field of a result holds by its key, whatever its form: a phone number with stars, a name
 * that nothing introduces. Undefined where the key does not tell.
 * @param path `items.0.receiver.name`: keys of the result, from the outside in
 */
export function kindOfKey(path: string): PersonalDataKind | undefined {
  // Places in a list; longer numbers are keys.
  const keys = path.split('.').filter((key) => !/^\d{1,3}$/.test(key)).map(inWords);
  const last = keys.at(-1);
  if (last === undefined) return undefined;
  const kind = KINDS.find(([, pattern]) => pattern.test(last))?.[0];
  if (kind !== undefined) return kind;
  const words = last.split('_');
  const isPerson = PERSON.test(words[0] ?? '') && (words.length === 1 || NAME.test(words.slice(1).join('_')));
  const isNamed = NAME.test(last) && keys.slice(0, -1).some((key) => key.split('_').some((word) => PERSON.test(word)));
  return isPerson || isNamed || OWN_NAME.test(last) ? 'person_name' : undefined;
}
