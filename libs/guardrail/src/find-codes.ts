import { isHongKongId, isSocialCreditCode, isTaiwanId } from './checksums.js';
import type { Finding, PersonalDataKind } from './personal-data.js';

const PLATE = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·•. -]?(?:(?:[A-HJ-NP-Z]\d{5}|\d{5}[A-HJ-NP-Z]|[A-HJ-NP-Z]{2}\d{4})|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])/g;
const CREDIT_CODE = /(?<![A-Za-z0-9])[1-9ANY][1-9]\d{6}[0-9A-Z]{10}(?![A-Za-z0-9])/g;
const CREDIT_CODE_CONTEXT = /信用代码|税号|纳税人|识别号|credit code|\btax/i;
const PASSPORT = /(?<![A-Za-z0-9])(?:[A-Z]{1,2}\d{6,8}|[A-Z]\d[A-Z0-9]\d{6}|\d{9})(?![A-Za-z0-9])/g;
const PASSPORT_CONTEXT = /护照|通行证|passport|travel document/i;
const REGIONAL_ID = /(?<![A-Za-z0-9])[A-Z]{1,2}\d{6}(?:\([0-9A]\)|[0-9A])(?![A-Za-z0-9])|(?<![A-Za-z0-9])[A-Z][1289]\d{8}(?![A-Za-z0-9])/g;
const REGIONAL_ID_CONTEXT = /身份|证件|\bid\b|\bhkid\b|identity/i;
const WECHAT = /(?:微信|薇信|(?<![A-Za-z])(?:wechat|weixin|vx|wx))(?:\s?(?:号码?|id|账号|帐号|account|number))?(?:\s?(?:是|为|[:：]|is|=))?\s{0,2}([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_@-]|\.[A-Za-z])/gi;
const QQ = /(?<![A-Za-z])(?:QQ|扣扣|企鹅号)(?:\s?(?:号码?|number|account|群))?(?:\s?(?:是|为|[:：]|is|=))?\s{0,2}([1-9]\d{4,10})(?![\d@A-Za-z]|\.[\dA-Za-z])/gi;
const BEFORE = 24;

const before = (text: string, index: number): string => text.slice(Math.max(0, index - BEFORE), index);

/** Codes of letters and digits: plates, credit codes, passports, cards of Hong Kong and Taiwan. */
export function findDocumentCodes(text: string): Finding[] {
  const found: Finding[] = [];
  const add = (kind: PersonalDataKind, index: number, value: string, confidence: number): void => void found.push({ kind, start: index, end: index + value.length, confidence });
  for (const { 0: value, index } of text.matchAll(PLATE)) if (/\d/.test(value)) add('licence_plate', index, value, 0.9);
  for (const { 0: value, index } of text.matchAll(CREDIT_CODE)) {
    // One in 31 numbers of 18 digits passes by chance, and order numbers are many.
    if (isSocialCreditCode(value) && (/[A-Z]/.test(value) || CREDIT_CODE_CONTEXT.test(before(text, index)))) add('social_credit_code', index, value, 0.95);
  }
  if (PASSPORT_CONTEXT.test(text)) for (const { 0: value, index } of text.matchAll(PASSPORT)) if (PASSPORT_CONTEXT.test(before(text, index))) add('passport', index, value, 0.85);
  for (const { 0: value, index } of text.matchAll(REGIONAL_ID)) {
    const holds = isHongKongId(value) || isTaiwanId(value);
    // A check digit alone is right by chance once in ten order numbers; brackets or a word must say so too.
    if (holds && (value.endsWith(')') || REGIONAL_ID_CONTEXT.test(before(text, index)))) add('resident_id', index, value, 0.9);
  }
  return found;
}

/** Accounts of WeChat and QQ, where the text names them. */
export function findChatAccounts(text: string): Finding[] {
  const found: Finding[] = [];
  for (const [kind, pattern] of [['wechat', WECHAT], ['qq', QQ]] as const) {
    for (const { 0: whole, 1: account = '', index } of text.matchAll(pattern)) {
      // "wechat payment" is a word; an account that is all letters must be introduced by a sign or "is".
      if (kind === 'wechat' && !/\d|_|-/.test(account) && !/[号:：是为=]\s*$|\b(?:id|is)\s*$/i.test(whole.slice(0, -account.length))) continue;
      const end = index + whole.length;
      found.push({ kind, start: end - account.length, end, confidence: 0.85 });
    }
  }
  return found;
}
