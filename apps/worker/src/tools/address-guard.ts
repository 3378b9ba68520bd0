import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';
import { addressKind, type AddressKind } from '@switchyard/config';
import type { ToolDefinition } from '@switchyard/site';

export type ToolNetwork = ToolDefinition['network'];

/** A host led to an address that the tool may not reach. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
  constructor(readonly kind: AddressKind) {
    super(`the host leads to a ${kind} address`);
  }
}

const mayReach = (network: ToolNetwork, kind: AddressKind): boolean => kind === 'public' || (network === 'private' && kind === 'private');

/** The address that a URL names by itself, without a look-up. */
export function literalKind(url: string): AddressKind | undefined {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'private';
  return isIP(host) ? addressKind(host) : undefined;
}

/** @throws AddressRefused for a URL that names an address which the tool may not reach */
export function requireReachable(network: ToolNetwork, url: string): void {
  const kind = literalKind(url);
  if (kind !== undefined && !mayReach(network, kind)) throw new AddressRefused(kind);
}

/**
 * Looks names up for a connection, and refuses one that leads to an address which the tool may not reach. It is the
 * look-up of the connection itself: a name that is checked first and looked up again could lead elsewhere by then.
 */
function guardedLookup(network: ToolNetwork): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '');
      const refused = addresses.map(({ address }) => addressKind(address)).find((kind) => !mayReach(network, kind));
      if (refused !== undefined) return callback(new AddressRefused(refused), '');
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family);
    });
  };
}

/** `fetch` for tools. Redirects are not followed: they would carry the headers, and so the secrets, elsewhere. */
export type ToolFetch = (url: string, init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly signal?: AbortSignal }) => Promise<Response>;

/**
 * A `fetch` that reaches public addresses only, or private ones too (`private`); link-local and special ones never.
 * Rejects with what `fetch` rejects with; its cause is an AddressRefused where the host led to another address.
 */
export function createToolFetch(network: ToolNetwork): ToolFetch {
  const dispatcher = new Agent({ connect: { lookup: guardedLookup(network) } });
  return async (url, init) => {
    requireReachable(network, url);
    return fetch(url, { ...init, redirect: 'manual', dispatcher });
  };
}
