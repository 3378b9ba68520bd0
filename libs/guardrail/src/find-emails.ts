import type { Finding } from './personal-data.js';

// Letters of all scripts but Han: "邮箱a@b.cn" begins at the a. Half-width forms only, as mail servers want them.
const LOCAL_PART = /[A-Za-z0-9._%+'|!#$&*^{}~\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff-]/;
const MOST_LOCAL = 64;
const DOMAIN = /^(?:[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f-]{0,61}[A-Za-z0-9\u00c0-\u024f])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/;

/** Addresses, from each `@` outwards, so that the time is in proportion to the text. */
export function findEmails(text: string): Finding[] {
  const found: Finding[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < MOST_LOCAL && LOCAL_PART.test(text[start - 1] ?? '')) start--;
    while (start < at && /[.'%&#|*-]/.test(text[start] ?? '')) start++;
    const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + 255))?.[0];
    if (start === at || domain === undefined || text[at - 1] === '.' || text.slice(start, at).includes('..')) continue;
    found.push({ kind: 'email', start, end: at + 1 + domain.length, confidence: 0.98 });
  }
  return found;
}

const QUOTED = /^"(?:[^"\\\r\n]|\\.){1,62}"$/u;
const ATOMS = /^[^\s"(),:;<>@[\\\]\u00a0\uff00-\uffef\ud800-\udfff.]+(?:\.[^\s"(),:;<>@[\\\]\u00a0\uff00-\uffef\ud800-\udfff.]+)*$/;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** Whether the whole string is an address (RFC 5321, with the letters of RFC 6531): quoted local parts too. */
export function isEmail(value: string): boolean {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, Math.max(0, at));
  const labels = value.slice(at + 1).split('.');
  if (at < 1 || new TextEncoder().encode(local).length > MOST_LOCAL || value.length - at > 255) return false;
  if (!QUOTED.test(local) && !ATOMS.test(local)) return false;
  return labels.length > 1 && /^\p{L}{2,63}$/u.test(labels.at(-1) ?? '') && labels.every((label) => LABEL.test(label) && !/[\uff00-\uffef]/.test(label));
}
