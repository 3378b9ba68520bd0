import { ibanLength, isIban, isOldResidentId, isResidentId, passesLuhn } from './checksums.js';
import type { PersonalData, PersonalDataKind } from './personal-data.js';

interface Candidate {
  readonly kind: PersonalDataKind;
  readonly confidence: number;
}

/** The text with full-width digits, letters and signs as ASCII ones; the same length, so that offsets hold. */
function narrowed(text: string): string {
  return text.replace(/[！-～]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0)).replace(/[\u2010-\u2015\u2212]/g, '-').replace(/[\u3000\u00a0]/g, ' ');
}

/** Digits that may be set in groups; the borders keep parts of order numbers, words and decimals out. No nested repetition. */
const NUMBER = /(?<![A-Za-z0-9_#]|\d[.,])\+?\(?\d[\d ().-]{5,40}[\dXx]?(?![A-Za-z0-9_])/g;
const ID_CONTEXT = /身份证|证件号|id card|identity|resident id|id (?:number|no)/i;
const PHONE_CONTEXT = /phone|\btel\b|telephone|mobile|\bcell|\bfax\b|whatsapp|call (?:me|him|her|us)|电话|手机|联系方式|致电|传真/i;
const CARD_CONTEXT = /\bcard|visa|mastercard|amex|卡号|银行卡|信用卡|储蓄卡/i;
const CONTEXT_LENGTH = 24;

const MOBILE = /^(?:\+?86[- ]?|0086[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}$/;
const LANDLINE = /^(?:\+?86[- ]?)?(?:\(0(?:10|2\d|[3-9]\d{2})\) ?|0(?:10|2\d|[3-9]\d{2})[- ])\d{3,4}[- ]?\d{4}(?:-\d{1,5})?$|^0(?:10|2\d)\d{8}$|^0[3-9]\d{2}\d{7,8}$/;
const NORTH_AMERICAN = /^(?:\+?1[-. ]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}$/;
const INTERNATIONAL = /^(?:\+|00)[1-9]\d{0,2}[\d ().-]{5,20}\d$/;
const SSN = /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/;
const IP_ADDRESS = /(?<![\d.A-Za-z])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]?\d)/g;
const IBAN = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}/g;

/** Issuers whose numbers have a known form: Visa, Mastercard, American Express, Diners, Discover, JCB. */
const CREDIT_CARD = /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d{2}|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12})$/;
/** UnionPay and debit cards of Chinese banks. */
const BANK_CARD = /^(?:62|60|68|69|9\d|4\d|5\d|6\d)\d{14,17}$/;

/** What some groups of digits are, if personal. `before` is the text ahead; `isFirst`: no group of the stretch is. */
function classify(written: string, before: string, isFirst: boolean): Candidate | undefined {
  const digits = written.replace(/[^\dXx]/g, '');
  const near = before.slice(-CONTEXT_LENGTH);
  const hasContext = ID_CONTEXT.test(near);
  if (isResidentId(digits)) return { kind: 'resident_id', confidence: 0.99 };
  if (hasContext && isOldResidentId(digits)) return { kind: 'resident_id', confidence: 0.8 };
  // A mistyped number of somebody is still theirs.
  if (hasContext && /^\d{17}[\dXx]$/.test(digits)) return { kind: 'resident_id', confidence: 0.6 };
  if (MOBILE.test(written)) return { kind: 'phone', confidence: /订单|单号|order|tracking|运单/i.test(near) ? 0.6 : 0.95 };
  if (SSN.test(written)) return { kind: 'us_ssn', confidence: 0.8 };
  if (LANDLINE.test(written)) return { kind: 'phone', confidence: 0.85 };
  if (NORTH_AMERICAN.test(written)) return { kind: 'phone', confidence: 0.85 };
  if (INTERNATIONAL.test(written) && (isFirst || written.startsWith('+')) && digits.length >= 8 && digits.length <= 15) return { kind: 'phone', confidence: written.startsWith('+') ? 0.9 : 0.7 };
  if (/^\d[\d -]*\d$/.test(written) && passesLuhn(digits) && !/^(\d)\1*$/.test(digits)) {
    if (CREDIT_CARD.test(digits)) return { kind: 'credit_card', confidence: 0.95 };
    if (BANK_CARD.test(digits)) return { kind: 'bank_card', confidence: 0.9 };
    if (digits.length >= 12 && digits.length <= 19 && CARD_CONTEXT.test(near)) return { kind: 'credit_card', confidence: 0.8 };
  }
  // Forms of other countries are too many to tell from other numbers; the words ahead tell.
  if (PHONE_CONTEXT.test(near) && /^[+\d][\d ().-]*\d$/.test(written) && digits.length >= 7 && digits.length <= 15 && !/^\d{4}-\d{1,2}-\d{1,2}/.test(written)) return { kind: 'phone', confidence: 0.65 };
  return undefined;
}

/**
 * The longest readings of a stretch of grouped digits, from the left: "13800138000 6222…" is two numbers, and
 * "(2024) 138-…" begins with none. Groups are tried as they are written, never cut in the middle.
 */
function readNumbers(stretch: string, offset: number, text: string, found: PersonalData[]): void {
  const groups = [...stretch.matchAll(/[+(]*\d+[Xx]?\)?/g)].slice(0, 12);
  for (let first = 0; first < groups.length; ) {
    let next = first + 1;
    for (let last = Math.min(groups.length, first + 6) - 1; last >= first; last--) {
      const start = groups[first]?.index ?? 0;
      const end = (groups[last]?.index ?? 0) + (groups[last]?.[0].length ?? 0);
      const candidate = classify(stretch.slice(start, end), text.slice(Math.max(0, offset + start - CONTEXT_LENGTH), offset + start), first === 0);
      if (!candidate) continue;
      found.push({ ...candidate, start: offset + start, end: offset + end, value: '' });
      next = last + 1;
      break;
    }
    first = next;
  }
}

const LOCAL_PART = /[A-Za-z0-9._%+'-]/;
const MOST_LOCAL = 64;
const DOMAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/;

/** From each `@` outwards, so that the time is in proportion to the text. */
function findEmails(text: string, found: PersonalData[]): void {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < MOST_LOCAL && LOCAL_PART.test(text[start - 1] ?? '')) start--;
    while (start < at && /[.'%-]/.test(text[start] ?? '')) start++;
    const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + 255))?.[0];
    if (start === at || domain === undefined || text[at - 1] === '.') continue;
    found.push({ kind: 'email', start, end: at + 1 + domain.length, value: '', confidence: 0.98 });
  }
}

function findIbans(text: string, found: PersonalData[]): void {
  for (const match of text.matchAll(IBAN)) {
    const length = ibanLength(match[0].slice(0, 2).toUpperCase());
    // A country that joined after the table was written: all that is there.
    if (length === undefined) {
      if (isIban(match[0].replaceAll(' ', '').toUpperCase())) found.push({ kind: 'iban', start: match.index, end: match.index + match[0].length, value: '', confidence: 0.8 });
      continue;
    }
    // As many characters as the country's numbers have; what follows is the sentence's.
    let end = 0;
    for (let taken = 0; end < match[0].length && taken < length; end++) if (match[0][end] !== ' ') taken++;
    const following = text[match.index + end] ?? '';
    if (/[A-Za-z0-9]/.test(following) || !isIban(match[0].slice(0, end).replaceAll(' ', '').toUpperCase())) continue;
    found.push({ kind: 'iban', start: match.index, end: match.index + end, value: '', confidence: 0.99 });
  }
}

/**
 * Personal data in a text, in its order, without overlaps. Found by form and check digits, in Chinese and English
 * texts and full-width digits too; names and addresses have no form and are not found. Time is in proportion to the
 * text.
 */
export function findPersonalData(text: string): PersonalData[] {
  const plain = narrowed(text);
  const found: PersonalData[] = [];
  findEmails(plain, found);
  findIbans(plain, found);
  for (const match of plain.matchAll(IP_ADDRESS)) {
    const before = plain.slice(Math.max(0, match.index - 10), match.index);
    if (match[0].split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part) && !/(?:v|ver|version|版本|固件)[ .:]*$/i.test(before)) {
      found.push({ kind: 'ip_address', start: match.index, end: match.index + match[0].length, value: '', confidence: 0.8 });
    }
  }
  for (const match of plain.matchAll(NUMBER)) readNumbers(match[0], match.index, plain, found);
  const kept: PersonalData[] = [];
  for (const one of found.toSorted((a, b) => b.confidence - a.confidence || a.start - b.start)) {
    if (!kept.some((other) => one.start < other.end && other.start < one.end)) kept.push(one);
  }
  return kept.toSorted((a, b) => a.start - b.start).map((one) => ({ ...one, value: text.slice(one.start, one.end) }));
}
