import { askRedis, readFields } from './ask-redis.js';

/** @returns the port of the master that at least two of the sentinels name, or undefined while they do not agree */
export async function readMaster(sentinelPorts: readonly number[], name: string): Promise<number | undefined> {
  const named = await Promise.allSettled(sentinelPorts.map((port) => askRedis(port, (redis) => redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name))));
  const ports = named.flatMap((one) => (one.status === 'fulfilled' && Array.isArray(one.value) ? [Number(one.value[1])] : []));
  return ports.find((port, index) => ports.indexOf(port) !== index);
}

/**
 * Asks everybody once.
 * @returns undefined when all sentinels see the same master, two replicas that are in sync and each other, and the
 * servers say the same; else what is missing, for people.
 */
export async function seeGroup(sentinelPorts: readonly number[], serverPorts: readonly number[], name: string): Promise<string | undefined> {
  const master = await readMaster(sentinelPorts, name);
  if (master === undefined) return 'the sentinels do not agree on the master';
  const replicas = serverPorts.filter((port) => port !== master);
  const faults = await Promise.all([
    ...sentinelPorts.map((port) => orSilent(port, sentinelFault(port, name, master, replicas))),
    orSilent(master, masterFault(master, replicas.length)),
    ...replicas.map((port) => orSilent(port, replicaFault(port, master))),
  ]);
  return faults.find((fault) => fault !== undefined);
}

async function orSilent(port: number, fault: Promise<string | undefined>): Promise<string | undefined> {
  return fault.catch((error: unknown) => `port ${port} does not answer: ${String(error)}`);
}

async function sentinelFault(port: number, name: string, master: number, replicaPorts: readonly number[]): Promise<string | undefined> {
  const [masters, replicas, others] = await askRedis(port, async (redis) => {
    const list = async (what: string): Promise<readonly Entry[]> => readEntries(await redis.call('SENTINEL', what, name));
    return [readEntries([await redis.call('SENTINEL', 'MASTER', name)]), await list('REPLICAS'), await list('SENTINELS')];
  });
  const seen = masters[0];
  if (seen?.get('port') !== String(master) || seen.get('flags') !== 'master') return `the sentinel on ${port} sees the master as ${seen?.get('port')} (${seen?.get('flags')})`;
  const inSync = replicas.filter((one) => one.get('flags') === 'slave' && one.get('master-link-status') === 'ok' && one.get('master-port') === String(master));
  if (replicaPorts.some((replica) => !inSync.some((one) => one.get('port') === String(replica)))) return `the sentinel on ${port} sees ${inSync.length} replicas in sync`;
  const fellows = others.filter((one) => one.get('flags') === 'sentinel').length;
  return fellows === 2 ? undefined : `the sentinel on ${port} sees ${fellows} other sentinels`;
}

async function masterFault(port: number, replicas: number): Promise<string | undefined> {
  const info = await askRedis(port, async (redis) => readFields(await redis.info('replication')));
  const online = [...info].filter(([field, value]) => /^slave\d+$/.test(field) && value.includes('state=online')).length;
  if (info.get('role') !== 'master' || online !== replicas) return `the server on ${port} is a ${info.get('role')} with ${online} replicas online`;
  // Refreshed once a second, and what decides whether it takes writes; absent where no replica is asked for.
  const good = info.get('min_slaves_good_slaves');
  return good === undefined || Number(good) === replicas ? undefined : `the master on ${port} counts on ${good} replicas`;
}

async function replicaFault(port: number, master: number): Promise<string | undefined> {
  const info = await askRedis(port, async (redis) => readFields(await redis.info('replication')));
  const isInSync = info.get('role') === 'slave' && info.get('master_port') === String(master) && info.get('master_link_status') === 'up';
  return isInSync ? undefined : `the server on ${port} is a ${info.get('role')} of ${info.get('master_port')}, link ${info.get('master_link_status')}`;
}

type Entry = ReadonlyMap<string, string>;

/** Sentinel answers with flat lists of names and values, one for each server. */
function readEntries(reply: unknown): readonly Entry[] {
  return (reply as string[][]).map((flat) => new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []))));
}
