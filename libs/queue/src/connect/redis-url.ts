import { MeshError } from '@switchyard/errors';

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/** What a Redis URL names: one server, the master that sentinels know, or a cluster. */
export type RedisTarget = Access &
  (
    | { readonly kind: 'single'; readonly address: Address; readonly db: number }
    | { readonly kind: 'sentinel'; readonly sentinels: readonly Address[]; readonly master: string; readonly db: number; readonly sentinelPassword?: string }
    | { readonly kind: 'cluster'; readonly nodes: readonly Address[] }
  );

const FORM = /^(rediss?)(\+sentinel|\+cluster)?:\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;

/**
 * Reads a Redis URL:
 * - `redis://[user:password@]host[:port][/db]`, `rediss://` with TLS;
 * - `redis+sentinel://[user:password@]host[:port],host[:port]/master-name[/db][?sentinelPassword=…]`;
 * - `redis+cluster://[user:password@]host[:port],host[:port]`.
 * User, password and names are percent-encoded where they hold one of `@ / : ? #`.
 * @throws MeshError CONFIG_INVALID, which never repeats the URL: it may hold a password.
 */
export function parseRedisUrl(url: string, field = 'REDIS_URL'): RedisTarget {
  const bad = (detail: string): MeshError => new MeshError('CONFIG_INVALID', `${field}: ${detail}`, { field });
  const match = FORM.exec(url.trim());
  if (!match) throw bad('must be redis://host:port, redis+sentinel://host:port,…/name or redis+cluster://host:port,… (rediss for TLS)');
  const [, scheme, mode, access = '', hosts = '', path = '', query = ''] = match;
  const decoded = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw bad('a "%" must be followed by two hex digits');
    }
  };
  const [username, password] = splitAccess(access).map((part) => (part === undefined ? undefined : decoded(part)));
  const common: Access = { tls: scheme === 'rediss', ...(username ? { username } : {}), ...(password ? { password } : {}) };
  const [first = '', second] = path.split('/').map(decoded);
  if (mode === '+cluster') {
    if (path !== '') throw bad('a cluster has no database number');
    return { ...common, kind: 'cluster', nodes: addresses(hosts, 6379, bad) };
  }
  if (mode === '+sentinel') {
    if (first === '') throw bad('the name of the master is missing, as in redis+sentinel://host:26379/mymaster');
    const sentinelPassword = new URLSearchParams(query).get('sentinelPassword') ?? undefined;
    return { ...common, kind: 'sentinel', sentinels: addresses(hosts, 26_379, bad), master: first, db: database(second, bad), ...(sentinelPassword ? { sentinelPassword } : {}) };
  }
  const [address, ...others] = addresses(hosts, 6379, bad);
  if (!address || others.length > 0) throw bad('several hosts need redis+sentinel:// or redis+cluster://');
  return { ...common, kind: 'single', address, db: database(first, bad) };
}

/** Host and port of a target, for messages; never its password. */
export function describeTarget(target: RedisTarget): string {
  if (target.kind === 'single') return `${target.address.host}:${target.address.port}`;
  const list = target.kind === 'cluster' ? target.nodes : target.sentinels;
  const text = list.map(({ host, port }) => `${host}:${port}`).join(',');
  return target.kind === 'cluster' ? `the cluster of ${text}` : `the master "${target.master}" of the sentinels ${text}`;
}

function splitAccess(access: string): [string | undefined, string | undefined] {
  if (access === '') return [undefined, undefined];
  const at = access.indexOf(':');
  return at === -1 ? [access, undefined] : [access.slice(0, at), access.slice(at + 1)];
}

function addresses(hosts: string, defaultPort: number, bad: (detail: string) => MeshError): Address[] {
  return hosts.split(',').map((text) => {
    const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(text);
    const port = Number(match?.[2] ?? defaultPort);
    if (!match?.[1] || port < 1 || port > 65_535) throw bad('a host must be "name" or "name:port"');
    return { host: match[1].replace(/^\[|\]$/g, ''), port };
  });
}

function database(text: string | undefined, bad: (detail: string) => MeshError): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d{1,3}$/.test(text)) throw bad('the database must be a number');
  return Number(text);
}
