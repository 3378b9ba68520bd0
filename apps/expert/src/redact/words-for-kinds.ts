import type { PersonalDataKind, ReplyLanguage } from '@switchyard/contracts';

const WORDS: Readonly<Record<PersonalDataKind, Readonly<Record<ReplyLanguage, string>>>> = {
  resident_id: { zh: '身份证号', en: 'ID number' },
  phone: { zh: '电话号码', en: 'phone number' },
  bank_card: { zh: '银行卡号', en: 'card number' },
  credit_card: { zh: '信用卡号', en: 'card number' },
  email: { zh: '邮箱', en: 'e-mail address' },
  ip_address: { zh: 'IP 地址', en: 'IP address' },
  us_ssn: { zh: '社会保障号', en: 'social security number' },
  iban: { zh: '银行账号', en: 'account number' },
  url: { zh: '网址', en: 'web address' },
  passport: { zh: '护照号', en: 'passport number' },
  licence_plate: { zh: '车牌号', en: 'licence plate' },
  social_credit_code: { zh: '信用代码', en: 'company code' },
  wechat: { zh: '微信号', en: 'WeChat account' },
  qq: { zh: 'QQ 号', en: 'QQ account' },
  address: { zh: '地址', en: 'address' },
  person_name: { zh: '姓名', en: 'name' },
};

/** What a customer reads where a model wrote a placeholder that stands for nothing: "[phone number]". */
export function gapFor(kind: PersonalDataKind, language: ReplyLanguage): string {
  return language === 'zh' ? `［${WORDS[kind].zh}］` : `[${WORDS[kind].en}]`;
}
