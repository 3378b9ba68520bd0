import { z } from 'zod';

/** Kinds of personal data. Names stand in rules, receipts, placeholders and in a site's `personalData`. */
export const PersonalDataKind = z.enum([
  'resident_id',
  'phone',
  'bank_card',
  'credit_card',
  'email',
  'ip_address',
  'us_ssn',
  'iban',
  'url',
  'passport',
  'licence_plate',
  'social_credit_code',
  'wechat',
  'qq',
  'address',
  'person_name',
]);
export type PersonalDataKind = z.infer<typeof PersonalDataKind>;
