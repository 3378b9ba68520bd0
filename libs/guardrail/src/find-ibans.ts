import { ibanLength, isIban } from './iban.js';
import type { Finding } from './personal-data.js';

const IBAN = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}/g;

/** Bank accounts with their check digits, in groups or not. */
export function findIbans(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { 0: written, index } of text.matchAll(IBAN)) {
    const length = ibanLength(written.slice(0, 2).toUpperCase());
    // A country that joined after the table was written: all that is there.
    if (length === undefined) {
      if (isIban(written.replaceAll(' ', '').toUpperCase())) found.push({ kind: 'iban', start: index, end: index + written.length, confidence: 0.8 });
      continue;
    }
    // As many characters as the country's numbers have; what follows is the sentence's.
    let end = 0;
    for (let taken = 0; end < written.length && taken < length; end++) if (written[end] !== ' ') taken++;
    if (/[A-Za-z0-9]/.test(text[index + end] ?? '') || !isIban(written.slice(0, end).replaceAll(' ', '').toUpperCase())) continue;
    found.push({ kind: 'iban', start: index, end: index + end, confidence: 0.99 });
  }
  return found;
}
