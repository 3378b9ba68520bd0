import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

const MOBILE = /^(?:\+?86[- ]?|0086[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}$/;
const LANDLINE = /^(?:\+?86[- ]?)?(?:\(0(?:10|2\d|[3-9]\d{2})\) ?|0(?:10|2\d|[3-9]\d{2})[- ])\d{3,4}[- ]?\d{4}(?:-\d{1,5})?$|^0(?:10|2\d)\d{8}$|^0[3-9]\d{2}\d{7,8}$/;
const NORTH_AMERICAN = /^(?:\+?1[-. ]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?:x\d{1,5})?$/;
const INTERNATIONAL = /^(?:\+|00)[1-9]\d{0,2}[\d ().-]{5,20}\d(?:x\d{1,5})?$/;
/** A trunk 0 and groups, as most of the world writes its own numbers: "079 0442 1744", "01.84.17.61.18". */
const NATIONAL = /^0\d{1,4}(?:[ .-]\d{2,8}){1,4}$/;
const GROUPS = /^[+(\d][\d ().-]*\d(?:x\d{1,5})?$/;
const DATE = /^(?:(?:19|20)\d{2}[-. ](?:0?\d|1[0-2])[-. ][0-3]?\d|[0-3]?\d[-. ][0-3]?\d[-. ](?:19|20)\d{2})(?!\d)/;

/** Numbers of companies in China. */
const HOTLINE = /^[48]00(?:[- ]?\d{3}[- ]?\d{4}|-\d{4}-\d{3})$/;
/** The form of a US social security number, possible or not. */
const SOCIAL_SECURITY = /^\d{3}-\d{2}-\d{4}$/;

/** What the words around a number say of it. */
export interface PhoneContext {
  /** A word such as "phone", "call", "手机" or "传真" stands near. */
  readonly isNamed: boolean;
  /** A word such as "order", "tracking" or "单号" stands ahead. */
  readonly isOrder: boolean;
  /** No other group of digits of the same stretch stands ahead. */
  readonly isFirst: boolean;
}

function international(written: string): number | undefined {
  const [number = ''] = written.split('x');
  const parsed = parsePhoneNumberFromString(number.replace(/^00/, '+').replace('(0)', ''));
  if (parsed?.isValid()) return 0.95;
  return written.startsWith('+') || parsed?.isPossible() ? 0.75 : undefined;
}

/**
 * How sure it is that some digits, as they are written, are a phone number: 0 to 1, undefined where they are none.
 * China's and North America's plans are known by their form; numbers with a country code by libphonenumber's metadata;
 * the forms of other countries are too many to tell from other numbers, so there the words around them must tell.
 */
export function readPhone(written: string, { isNamed, isOrder, isFirst }: PhoneContext): number | undefined {
  const digits = written.replace(/x.*$/, '').replace(/\D/g, '').length;
  if (digits < 7 || digits > 16) return undefined;
  if (MOBILE.test(written)) return isOrder && !isNamed ? 0.6 : 0.95;
  if (LANDLINE.test(written) || NORTH_AMERICAN.test(written)) return 0.85;
  if (DATE.test(written) || HOTLINE.test(written) || SOCIAL_SECURITY.test(written)) return undefined;
  if (digits >= 8 && (isFirst || written.startsWith('+')) && INTERNATIONAL.test(written)) {
    const confidence = international(written);
    if (confidence !== undefined) return confidence;
  }
  if (isNamed && GROUPS.test(written) && digits <= 15) return 0.65;
  return digits >= 9 && digits <= 12 && !isOrder && isFirst && NATIONAL.test(written) ? 0.6 : undefined;
}
