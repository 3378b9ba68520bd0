/** Kinds of personal data that can be told by their form. Names stand in rules, receipts and placeholders. */
export type PersonalDataKind = 'resident_id' | 'phone' | 'bank_card' | 'credit_card' | 'email' | 'ip_address' | 'us_ssn' | 'iban';

/** A piece of personal data: `text.slice(start, end) === value`. */
export interface PersonalData {
  readonly kind: PersonalDataKind;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** 0 to 1: near 1 where a checksum holds, lower where only the form does. */
  readonly confidence: number;
}
