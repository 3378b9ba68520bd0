import { passesLuhn } from './checksums.js';

interface Network {
  readonly kind: 'bank_card' | 'credit_card';
  readonly prefix: RegExp;
  readonly lengths: readonly number[];
}

const LONG = [16, 17, 18, 19];
/** Issuer numbers and lengths as the networks publish them (ISO/IEC 7812-1). UnionPay's are what Chinese banks issue. */
const NETWORKS: readonly Network[] = [
  { kind: 'bank_card', prefix: /^(?:62|81)/, lengths: LONG },
  // Debit cards of Chinese banks from before UnionPay's own numbers.
  { kind: 'bank_card', prefix: /^(?:9558|60138|60142|69075|9111|9400)/, lengths: [16, 17, 18, 19] },
  { kind: 'credit_card', prefix: /^4/, lengths: [13, 16, 19] },
  { kind: 'credit_card', prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { kind: 'credit_card', prefix: /^3[47]/, lengths: [15] },
  { kind: 'credit_card', prefix: /^3(?:0[0-5]|095|[689])/, lengths: [14, 16, 17, 18, 19] },
  { kind: 'credit_card', prefix: /^(?:6011|64[4-9]|65)/, lengths: LONG },
  { kind: 'credit_card', prefix: /^35(?:2[89]|[3-8])/, lengths: LONG },
  { kind: 'credit_card', prefix: /^(?:2131|1800)/, lengths: [15] },
  { kind: 'credit_card', prefix: /^(?:5018|5020|5038|5893|6304|6759|676[1-35])/, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { kind: 'credit_card', prefix: /^220[0-4]/, lengths: LONG },
];

/**
 * What a payment card's number is, by the issuer's number, the length and the check digit; undefined where it is none.
 * @param digits digits only
 */
export function paymentCardOf(digits: string): 'bank_card' | 'credit_card' | undefined {
  if (digits.length < 12 || digits.length > 19) return undefined;
  const network = NETWORKS.find(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits));
  return network && passesLuhn(digits) && !/^(\d)\1*$/.test(digits) ? network.kind : undefined;
}
