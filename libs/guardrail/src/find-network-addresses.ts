import type { Finding } from './personal-data.js';

const URL = /(?<![A-Za-z0-9])(?:https?:\/\/|ftp:\/\/|www\.)[\w.~:/?#[\]@!$&'()*+,;=%\u00c0-\u024f-]{3,2000}/gi;
/** What ends the sentence, not the address. */
const TRAILING = new Set('.,;:!?\'")]*');

/** Addresses of pages: with a scheme, or beginning with `www.`. */
export function findUrls(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { 0: written, index } of text.matchAll(URL)) {
    let length = written.length;
    while (length > 0 && TRAILING.has(written[length - 1] ?? '')) length--;
    if (!/^(?:\w{3,5}:\/\/)?[^/?#.]+\.[^/?#]*[A-Za-z0-9]/.test(written.slice(0, length).slice(0, 300)) && !/:\/\/localhost/i.test(written)) continue;
    found.push({ kind: 'url', start: index, end: index + length, confidence: 0.9 });
  }
  return found;
}

const IPV4 = /(?<![\d.A-Za-z])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]?\d)/g;
const IPV6 = /(?<![0-9A-Za-z:.])[0-9A-Fa-f:]{4,39}(?![0-9A-Za-z:])/g;
const VERSION = /(?:v|ver|version|版本|固件)[ .:]*$/i;

function isIpv6(written: string): boolean {
  const halves = written.split('::');
  if (halves.length > 2 || !/\d/.test(written)) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  return groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group)) && (halves.length === 1 ? groups.length === 8 : groups.length >= 2 && groups.length <= 7);
}

/** IP addresses of both versions. A version number ("v1.2.3.4") is none, nor is a time of day. */
export function findIpAddresses(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { 0: written, index } of text.matchAll(IPV4)) {
    if (!written.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part) || VERSION.test(text.slice(Math.max(0, index - 10), index))) continue;
    found.push({ kind: 'ip_address', start: index, end: index + written.length, confidence: 0.8 });
  }
  if (!/[0-9A-Fa-f]:[0-9A-Fa-f:]{2}/.test(text)) return found;
  for (const { 0: written, index } of text.matchAll(IPV6)) if (isIpv6(written)) found.push({ kind: 'ip_address', start: index, end: index + written.length, confidence: 0.9 });
  return found;
}
