import { Agent, fetch } from 'undici';
import { guardedLookup, requireReachable } from '@switchyard/config';
import type { ToolDefinition } from './tool-definition.js';

export { AddressRefused, literalKind, requireReachable } from '@switchyard/config';

export type ToolNetwork = ToolDefinition['network'];

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
