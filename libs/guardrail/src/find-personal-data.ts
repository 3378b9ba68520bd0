import { findAddresses } from './find-addresses.js';
import { findChatAccounts, findDocumentCodes } from './find-codes.js';
import { findEmails } from './find-emails.js';
import { findIbans } from './find-ibans.js';
import { findNames } from './find-names.js';
import { findIpAddresses, findUrls } from './find-network-addresses.js';
import { findNumbers } from './find-numbers.js';
import type { Finding, PersonalData, PersonalDataKind } from './personal-data.js';

/** The text with full-width digits, letters and signs as ASCII ones; the same length, so that offsets hold. */
function narrowed(text: string): string {
  if (!/[\u00a0\u2010-\u2015\u2212\u3000\uff01-\uff5e]/.test(text)) return text;
  return text.replace(/[！-～]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0)).replace(/[\u2010-\u2015\u2212]/g, '-').replace(/[\u3000\u00a0]/g, ' ');
}

/** What a text holds, from one pass over it: most messages hold nothing that any pattern could match. */
interface Traits {
  readonly digits: number;
  readonly hasLatin: boolean;
  readonly hasCapital: boolean;
  readonly hasHan: boolean;
}

function traitsOf(text: string): Traits {
  let digits = 0;
  let hasLatin = false;
  let hasCapital = false;
  let hasHan = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) {
      if (code >= 0x30 && code <= 0x39) digits++;
      else if (code >= 0x41 && code <= 0x5a) hasCapital = hasLatin = true;
      else if (code >= 0x61 && code <= 0x7a) hasLatin = true;
    } else if (code >= 0x4e00 && code <= 0x9fff) hasHan = true;
    else hasCapital = true;
  }
  return { digits, hasLatin, hasCapital, hasHan };
}

/** @param written as it came; @param text narrowed */
function candidates(written: string, text: string): Finding[] {
  const { digits, hasLatin, hasCapital, hasHan } = traitsOf(text);
  const found: Finding[] = [];
  if (text.includes('@')) found.push(...findEmails(text));
  // As it came: what is full-width is no part of an address, and ends it ("…/home，110105…").
  if (written.includes('://') || (hasLatin && /www\./i.test(written))) found.push(...findUrls(written));
  if (digits >= 4 && (text.includes('.') || text.includes(':'))) found.push(...findIpAddresses(text));
  if (digits >= 7) found.push(...findNumbers(text));
  if (digits >= 2 && hasLatin) found.push(...findIbans(text));
  if (digits >= 9 || (digits >= 3 && hasLatin)) found.push(...findDocumentCodes(text));
  if (digits >= 5 || hasLatin) found.push(...findChatAccounts(text));
  if (hasHan || digits > 0) found.push(...findAddresses(text));
  if (hasHan || hasCapital) found.push(...findNames(text));
  return found;
}

/**
 * Personal data in a text, in its order, without overlaps: of two readings the surer one stays, of equals the longer.
 * Found by form, check digits and the words around it, in Chinese and English texts and full-width digits too. Names
 * and addresses are found where words introduce them or a street, a house or a title shows them. Time is in proportion
 * to the text. What is of a kind of `except` is passed over, as if it were ordinary text.
 */
export function findPersonalData(text: string, except?: ReadonlySet<PersonalDataKind>): PersonalData[] {
  const kept: Finding[] = [];
  const all = candidates(text, narrowed(text));
  const wanted = except === undefined || except.size === 0 ? all : all.filter(({ kind }) => !except.has(kind));
  // In order of place, each is compared with the last kept one only: what is kept never overlaps.
  for (const one of wanted.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    const cut = last && cutShort(last, one, text);
    if (!last || one.start >= last.end) kept.push(one);
    else if (cut) kept.splice(-1, 1, cut, one);
    else if (isBetter(one, last)) kept[kept.length - 1] = one;
  }
  return kept.map((one) => ({ ...one, value: text.slice(one.start, one.end) }));
}

/** Kinds whose end only the words behind tell, and the fewest characters that can be one. */
const OPEN_ENDED: ReadonlyMap<PersonalDataKind, number> = new Map([['address', 8], ['person_name', 2]]);

/**
 * What is left of an address or a name that ran on into something else ("…, Apt 4, I'm Anna Smith", "联系人雷雅沪A12345"): what
 * begins in it and ends behind it is not its part. Undefined where the two are not such a pair.
 */
function cutShort(before: Finding, next: Finding, text: string): Finding | undefined {
  const shortest = OPEN_ENDED.get(before.kind);
  if (shortest === undefined || next.start >= before.end || next.end <= before.end) return undefined;
  const rest = text.slice(before.start, next.start).replace(/[\s,;，；、]+$/, '');
  return rest.length < shortest ? undefined : { ...before, end: before.start + rest.length };
}

function isBetter(one: Finding, other: Finding): boolean {
  return one.confidence !== other.confidence ? one.confidence > other.confidence : one.end - one.start > other.end - other.start;
}
