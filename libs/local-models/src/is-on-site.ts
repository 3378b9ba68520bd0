import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { addressKind } from '@switchyard/config';

const isNear = (address: string): boolean => ['private', 'link-local'].includes(addressKind(address));

/**
 * Whether a URL leads to this machine or a private network: every address of its host is loopback, private or
 * link-local. A name that cannot be resolved is not on site.
 */
export async function isOnSite(url: string): Promise<boolean> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return isNear(host);
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => isNear(address));
}
