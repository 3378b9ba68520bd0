import { Agent, fetch } from 'undici';
import { guardedLookup, requireReachable, type NetworkReach } from '@switchyard/config';

export type GuardedFetch = (url: string, init: { readonly method: 'POST'; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly signal: AbortSignal }) => Promise<Response>;

/**
 * A `fetch` for what people are told: it leads where `reach` allows, and follows no redirect, which would carry words of
 * customers and secrets elsewhere. Rejects with an AddressRefused, or one as its cause, for any other address.
 */
export function createGuardedFetch(reach: NetworkReach): GuardedFetch {
  const dispatcher = new Agent({ connect: { lookup: guardedLookup(reach) } });
  return async (url, init) => {
    requireReachable(reach, url);
    return fetch(url, { ...init, redirect: 'manual', dispatcher });
  };
}
