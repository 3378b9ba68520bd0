import { Agent, fetch } from 'undici';
import { guardedLookup, requireReachable, type NetworkReach } from '@switchyard/config';

export type GuardedFetch = (url: string, init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly signal?: AbortSignal }) => Promise<Response>;

/**
 * A `fetch` for addresses that a site or a backend has named: it leads where `reach` allows, link-local and special addresses
 * never, and follows no redirect, which would carry words of customers and secrets elsewhere.
 * Rejects with what `fetch` rejects with; an AddressRefused, or one as its cause, where the host led to another address.
 */
export function createGuardedFetch(reach: NetworkReach): GuardedFetch {
  const dispatcher = new Agent({ connect: { lookup: guardedLookup(reach) } });
  return async (url, init) => {
    requireReachable(reach, url);
    return fetch(url, { ...init, redirect: 'manual', dispatcher });
  };
}
