import { regionFit } from './region-years.js';

const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_CHECKS = '10X98765432';
/** First two digits of the area codes of GB/T 2260, with 81–83 of the residence permits of Hong Kong, Macau and Taiwan. */
const PROVINCES = new Set([11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91]);
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return year >= 1900 && year < 2100 && day >= 1 && day <= (DAYS[month - 1] ?? 0) && (month !== 2 || day < 29 || isLeap);
}

/** Municipalities have no cities, only districts (01) and counties (02, in Chongqing also 03) below them. */
const MUNICIPALITY = /^(?:11|12|31|50)(?!0[0-3])/;

function isRegion(number: string): boolean {
  return PROVINCES.has(Number(number.slice(0, 2))) && !MUNICIPALITY.test(number);
}

export interface ResidentIdOptions {
  /** Also asks that the region's code was in the national list in the year of birth or is of the first one, of 1980. */
  readonly strict?: boolean;
}

/**
 * 18 characters, digits and a last `X`: region, date of birth and check digit (GB 11643, ISO 7064 mod 11-2). Of the
 * region the province is checked, for the number of somebody who moved, or got a card long after birth, is theirs too;
 * in strict mode it must be a number that could be given at birth.
 */
export function isResidentId(number: string, { strict = false }: ResidentIdOptions = {}): boolean {
  if (!/^[1-9]\d{16}[\dXx]$/.test(number)) return false;
  if (!isRegion(number)) return false;
  if (!isDate(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14)))) return false;
  if (strict && regionFit(number) !== 'by birth') return false;
  const sum = RESIDENT_WEIGHTS.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return RESIDENT_CHECKS[sum % 11] === number[17]?.toUpperCase();
}

/** The form of before 1999: 15 digits, two of the year, no check digit. */
export function isOldResidentId(number: string, { strict = false }: ResidentIdOptions = {}): boolean {
  if (!/^[1-9]\d{14}$/.test(number) || !isRegion(number)) return false;
  if (strict && regionFit(number) !== 'by birth') return false;
  return isDate(1900 + Number(number.slice(6, 8)), Number(number.slice(8, 10)), Number(number.slice(10, 12)));
}

/** The check digit of payment cards (ISO/IEC 7812). Digits only, at least one. */
export function passesLuhn(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const CREDIT_CODE_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The code of an organisation in China: 18 characters, a region, and a last one by weights 3^i mod 31 (GB 32100). */
export function isSocialCreditCode(code: string): boolean {
  if (!/^[1-9ANY][1-9]\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/.test(code) || !PROVINCES.has(Number(code.slice(2, 4)))) return false;
  let sum = 0;
  let weight = 1;
  for (const character of code.slice(0, 17)) {
    sum += CREDIT_CODE_ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return CREDIT_CODE_ALPHABET[(31 - (sum % 31)) % 31] === code[17];
}

/** Hong Kong's identity card: one or two letters, six digits, a check character, which may be in brackets. */
export function isHongKongId(written: string): boolean {
  const match = /^([A-Z]{0,1})([A-Z])(\d{6})(?:\[([0-9A])\]|\(([0-9A])\)|([0-9A]))$/.exec(written.toUpperCase());
  if (!match) return false;
  const [, first = '', second = '', digits = ''] = match;
  // A missing first letter counts as a space, 36; letters count from A = 10.
  let sum = (first === '' ? 36 : Number.parseInt(first, 36)) * 9 + Number.parseInt(second, 36) * 8;
  for (const [index, digit] of Array.from(digits).entries()) sum += Number(digit) * (7 - index);
  const check = (11 - (sum % 11)) % 11;
  return (match[4] ?? match[5] ?? match[6]) === (check === 10 ? 'A' : String(check));
}

/** Taiwan assigned its regions' numbers, 10 and up, to the letters in this order. */
const TAIWAN_REGIONS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

/** Taiwan's identity card: the letter of a region, 1 or 2 (8 or 9 for foreigners), eight digits, the last a check digit. */
export function isTaiwanId(written: string): boolean {
  if (!/^[A-Z][1289]\d{8}$/.test(written)) return false;
  const region = TAIWAN_REGIONS.indexOf(written.slice(0, 1)) + 10;
  let sum = Math.floor(region / 10) + (region % 10) * 9;
  for (let index = 1; index <= 8; index++) sum += Number(written[index]) * (9 - index);
  return (sum + Number(written[9])) % 10 === 0;
}
