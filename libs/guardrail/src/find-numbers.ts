import { isOldResidentId, isResidentId, passesLuhn } from './checksums.js';
import { paymentCardOf } from './payment-card.js';
import type { Finding } from './personal-data.js';
import { readPhone } from './read-phone.js';
import { regionFit, type RegionFit } from './region-years.js';

/**
 * Digits that may be set in groups; the borders keep parts of order numbers, words, decimals and sums ("1,299.00") out. Behind
 * a comma that sets apart no thousands a number begins anew, and a mobile number also behind the number of a list
 * ("1.13800138000"). No nested repetition.
 */
const NUMBER = /(?<![A-Za-z0-9_#]|\d\.(?!1[3-9]\d{9}(?!\d))|(?<!\d)\d{1,3}(?:,\d{3}){0,4},(?=\d{3}(?!\d)))\+?\(?\d[\d ().-]{5,40}(?:x\d{1,5}|[\dXx])?(?![A-Za-z0-9_])/g;
const ID_CONTEXT = /身份证|证件号|id card|identity|resident id|id (?:number|no)/i;
const PHONE_CONTEXT = /phone|\btel\b|telephone|mobile|\bcell|\bfax\b|\bdesk\b|\boffice\b|whatsapp|\bsms\b|\bcall\b|\bdial\b|\breach\b|\btext (?:me|him|her|us)\b|answering|messages? (?:to|on|at)|registered|contact|电话|手机|联系方式|致电|传真|座机|热线/gi;
const PHONE_BEHIND = /^[ -]{0,2}(?:office|fax|mobile|cell|home|work|desk)\b/i;
const CARD_CONTEXT = /\bcard|visa|mastercard|amex|卡号|银行卡|信用卡|储蓄卡|借记卡/i;
const ORDER_CONTEXT = /订单|单号|运单|快递|流水号|编号|order|tracking|invoice|reference|\bref\b|shipment|parcel|ticket|serial|sku/gi;
const SSN = /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/;
const CONTEXT_LENGTH = 32;
const MOST_GROUPS = 12;
/**
 * What a region's code leaves of the confidence in a resident id. One that began after the birth is common, since the
 * first cards, from 1984 on, went to people of all ages: it stays above a payment card (0.95). Of six digits at random
 * that begin with a province, 98 in 100 never were a code, of people's hardly any: such a number is rather another code,
 * though it is masked all the same.
 */
const REGION_WEIGHT: Readonly<Record<RegionFit, number>> = { 'by birth': 1, later: 0.98, never: 0.9 };

interface Around {
  readonly before: string;
  readonly behind: string;
  readonly isFirst: boolean;
}

/** What some groups of digits are, if personal, and how sure that is. */
function classify(written: string, { before, behind, isFirst }: Around): Pick<Finding, 'kind' | 'confidence'> | undefined {
  const digits = written.replace(/[^\dXx]/g, '');
  if (digits.length < 7) return undefined;
  if (digits.length >= 15) {
    const isCalledId = ID_CONTEXT.test(before);
    if (isResidentId(digits)) return { kind: 'resident_id', confidence: 0.99 * REGION_WEIGHT[regionFit(digits)] };
    if (isCalledId && isOldResidentId(digits)) return { kind: 'resident_id', confidence: 0.8 * REGION_WEIGHT[regionFit(digits)] };
    // A mistyped number of somebody is still theirs.
    if (isCalledId && /^\d{17}[\dXx]$/.test(digits)) return { kind: 'resident_id', confidence: 0.6 };
  }
  if (SSN.test(written)) return { kind: 'us_ssn', confidence: 0.8 };
  const order = lastIndexOf(before, ORDER_CONTEXT);
  const isOrder = order >= 0;
  const isCard = CARD_CONTEXT.test(before);
  if (digits.length >= 12 && digits.length <= 19 && /^\d[\d -]*\d$/.test(written) && (isCard || !isOrder)) {
    const kind = paymentCardOf(digits);
    if (kind) return { kind, confidence: 0.95 };
    if (isCard && passesLuhn(digits) && !/^(\d)\1*$/.test(digits)) return { kind: 'credit_card', confidence: 0.8 };
  }
  // The word nearest to the number tells: "call me about order 1234567" is an order.
  const named = lastIndexOf(before, PHONE_CONTEXT);
  const isNamed = (named >= 0 && named > order && !isCard) || PHONE_BEHIND.test(behind);
  const confidence = readPhone(written, { isNamed, isOrder, isFirst });
  return confidence === undefined ? undefined : { kind: 'phone', confidence };
}

/** @param pattern global */
function lastIndexOf(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(pattern)) last = match.index;
  return last;
}

/**
 * Identity numbers, cards and phones. Of a stretch of grouped digits the longest readings from the left:
 * "13800138000 6222…" is two numbers. Groups are tried as they are written, never cut in the middle.
 */
export function findNumbers(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { 0: stretch, index: offset } of text.matchAll(NUMBER)) {
    const groups = [...stretch.matchAll(/[+(]*\d+(?:x\d{1,5}|[Xx])?\)?/g)].slice(0, MOST_GROUPS);
    for (let first = 0; first < groups.length; ) {
      let next = first + 1;
      for (let last = Math.min(groups.length, first + 7) - 1; last >= first; last--) {
        const start = offset + (groups[first]?.index ?? 0);
        const end = offset + (groups[last]?.index ?? 0) + (groups[last]?.[0].length ?? 0);
        const around = { before: text.slice(Math.max(0, start - CONTEXT_LENGTH), start), behind: text.slice(end, end + 12), isFirst: first === 0 };
        const one = classify(text.slice(start, end), around);
        if (!one) continue;
        found.push({ ...one, start, end });
        next = last + 1;
        break;
      }
      first = next;
    }
  }
  return found;
}
