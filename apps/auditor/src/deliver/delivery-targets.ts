import { requireReachable, type NetworkReach } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import type { People } from '@switchyard/site';
import { readWebhookSecret } from './sign-webhook.js';

/** The environment variables that endpoints name, by name. */
export type DeliveryEnvironment = Readonly<Record<string, string | undefined>>;

export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string;
  readonly reach: NetworkReach;
  readonly timeoutMs: number;
}

export interface WebhookTarget extends Endpoint {
  readonly key: Buffer;
}

export interface ChatwootTarget extends Endpoint {
  readonly token: string;
  readonly account: number;
}

/** Where a tenant's people are told, ready to be asked. */
export interface DeliveryTargets {
  readonly webhook?: WebhookTarget;
  readonly chatwoot?: ChatwootTarget;
}

export interface TargetSite {
  readonly settings: { readonly tenants?: readonly { readonly id: string; readonly people?: People | undefined }[] };
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * The endpoints of every tenant, their secrets read from the environment.
 * @throws MeshError CONFIG_INVALID naming the tenant, and the variable that is missing or the address that may not be reached
 */
export function readDeliveryTargets(site: TargetSite, environment: DeliveryEnvironment, egress: 'allowed' | 'blocked'): ReadonlyMap<string, DeliveryTargets> {
  const targets = new Map<string, DeliveryTargets>();
  for (const { id, people } of site.settings.tenants ?? []) {
    if (!people) continue;
    const { webhook, chatwoot } = people;
    const read = (name: string, endpoint: string): string => valueOf(environment, name, `the ${endpoint} of the tenant ${id}`);
    targets.set(id, {
      ...(webhook === undefined ? {} : { webhook: { ...endpointOf(webhook, `the webhook of the tenant ${id}`, environment, egress), key: readWebhookSecret(read(webhook.secretEnv, 'webhook'), webhook.secretEnv) } }),
      ...(chatwoot === undefined ? {} : { chatwoot: { ...endpointOf(chatwoot, `the Chatwoot of the tenant ${id}`, environment, egress), token: read(chatwoot.tokenEnv, 'Chatwoot'), account: chatwoot.account } }),
    });
  }
  return targets;
}

function valueOf(environment: DeliveryEnvironment, name: string, whose: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new MeshError('CONFIG_INVALID', `${whose} needs ${name}`, { field: name });
  return value;
}

function endpointOf({ url: written, network, timeoutMs }: NonNullable<People['webhook'] | People['chatwoot']>, whose: string, environment: DeliveryEnvironment, egress: 'allowed' | 'blocked'): Endpoint {
  const url = written.replaceAll(VARIABLE, (_match, name: string) => valueOf(environment, name, whose)).replace(/\/+$/, '');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new MeshError('CONFIG_INVALID', `${whose}: its URL is not one once its variables are filled in`);
  if (egress === 'blocked' && network === 'public') throw new MeshError('CONFIG_INVALID', `${whose}: nothing may leave the site; where it is an address of the site's own, say "network: private"`);
  // What customers said is never sent out where nothing may leave, whatever a name leads to.
  const reach = egress === 'blocked' ? 'site' : network;
  try {
    requireReachable(reach, url);
  } catch (error) {
    const hint = reach === 'public' ? '; where that is meant, say "network: private"' : '';
    throw new MeshError('CONFIG_INVALID', `${whose}: ${error instanceof Error ? error.message : 'may not be reached'}${hint}`, { cause: error });
  }
  return { url, reach, timeoutMs };
}
