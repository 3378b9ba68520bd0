import { addressKind } from '@switchyard/config';
import { isIP } from 'node:net';
import { below, isPart, listOf, NotTaken, partOf, textOf, type Part } from './document.js';
import { variableName } from './security-of.js';

export interface ServerOptions {
  readonly title: string;
  /** Where the document was read from, where that is an address: a server without one is there. */
  readonly source: URL | undefined;
  /** Tools may lead to private networks. */
  readonly isPrivate: boolean;
}

/**
 * The address that an operation's path is put behind, without a slash at its end; that of a document which names none, or
 * only a path, and comes from a file is the variable `<TITLE>_URL`.
 * @throws NotTaken for one that tools cannot or may not reach
 */
export function serverOf(document: Part, pathItem: Part, pathPointer: string, operation: Part, pointer: string, { title, source, isPrivate }: ServerOptions): { readonly url: string; readonly variable?: string } {
  const [owner, at] = operation['servers'] !== undefined ? [operation, pointer] : pathItem['servers'] !== undefined ? [pathItem, pathPointer] : [document, '#'];
  const server = partOf(listOf(owner['servers'])[0] ?? { url: '/' });
  const place = below(at, 'servers', 0, 'url');
  const variables = partOf(server['variables']);
  const written = textOf(server['url']) ?? '/';
  // What a document writes must not be read as a reference to a secret.
  requireNoVariable(written.replaceAll(/\{[^{}]*\}/gu, (match, at: number) => (written[at - 1] === '$' ? match : '')), place);
  const url = written.replaceAll(/\{([^{}]*)\}/gu, (_match, name: string) => {
    const variable = variables[name];
    const value = isPart(variable) ? textOf(variable['default']) : undefined;
    if (value === undefined) throw new NotTaken(place, `has the variable ${name} without a default`);
    return value;
  });
  requireNoVariable(url, place);
  if (!/^[a-z][a-z\d+.-]*:/iu.test(url)) {
    if (source) return { url: reachable(new URL(url, source), place, isPrivate) };
    const variable = variableName(title, 'URL');
    return { url: `\${${variable}}${`/${url}`.replaceAll(/\/+/gu, '/').replace(/\/$/u, '')}`, variable };
  }
  if (!URL.canParse(url)) throw new NotTaken(place, 'is no URL');
  return { url: reachable(new URL(url), place, isPrivate) };
}

function requireNoVariable(url: string, place: string): void {
  if (/[${}]/u.test(url)) throw new NotTaken(place, 'holds a sign that stands for variables');
}

function reachable(url: URL, place: string, isPrivate: boolean): string {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new NotTaken(place, `is reached by ${url.protocol} and not by HTTP`);
  if (url.username !== '' || url.password !== '') throw new NotTaken(place, 'holds a password');
  const host = url.hostname.replaceAll(/^\[|\]$/gu, '');
  const kind = host === 'localhost' || host.endsWith('.localhost') ? 'private' : isIP(host) ? addressKind(host) : 'public';
  if (kind !== 'public' && !(kind === 'private' && isPrivate)) throw new NotTaken(place, `leads to a ${kind} address${kind === 'private' ? '; where that is meant, say --network private' : ''}`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/u, '');
}
