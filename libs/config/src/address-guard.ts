import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { addressKind, type AddressKind } from './address-kind.js';

/**
 * Where a call may lead: `public`, the internet only; `private`, this machine and private networks as well; `site`, these
 * alone, for what must not leave. Link-local and special addresses never.
 */
export type NetworkReach = 'public' | 'private' | 'site';

const REACHED: Readonly<Record<NetworkReach, ReadonlySet<AddressKind>>> = { public: new Set(['public']), private: new Set(['public', 'private']), site: new Set(['private']) };

/** A host led to an address that may not be reached. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
  constructor(readonly kind: AddressKind) {
    super(`the host leads to a ${kind} address`);
  }
}

/** The address that a URL names by itself, without a look-up. */
export function literalKind(url: string): AddressKind | undefined {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'private';
  return isIP(host) ? addressKind(host) : undefined;
}

/** @throws AddressRefused for a URL that names an address which may not be reached */
export function requireReachable(reach: NetworkReach, url: string): void {
  const kind = literalKind(url);
  if (kind !== undefined && !REACHED[reach].has(kind)) throw new AddressRefused(kind);
}

/**
 * Looks names up for a connection, and refuses one that leads to an address which may not be reached. It is the look-up
 * of the connection itself: a name that is checked first and looked up again could lead elsewhere by then.
 */
export function guardedLookup(reach: NetworkReach): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '');
      const refused = addresses.map(({ address }) => addressKind(address)).find((kind) => !REACHED[reach].has(kind));
      if (refused !== undefined) return callback(new AddressRefused(refused), '');
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family);
    });
  };
}
