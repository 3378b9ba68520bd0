import type { PersonalDataKind } from '@switchyard/contracts';

export type { PersonalDataKind };

/** A piece of personal data: `text.slice(start, end) === value`. */
export interface PersonalData {
  readonly kind: PersonalDataKind;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** 0 to 1: near 1 where a checksum holds, lower where only the form or the words around it tell. */
  readonly confidence: number;
}

/** What the finder of one kind gives; the value is cut from the text at the end. */
export type Finding = Omit<PersonalData, 'value'>;
