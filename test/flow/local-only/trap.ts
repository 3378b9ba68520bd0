import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';

/** Addresses of RFC 5737, which nobody has. */
const OWN = '192.0.2.2/24';
const GATEWAY = '192.0.2.1';
const SOMEWHERE = '198.51.100.1';
const NAME = 'trap0';

/** What tried to leave since the trap was set. */
export interface Caught {
  /** Packets that were sent to any address but this machine's. */
  readonly packets: number;
  /** IPv6 packets for which there was no way at all. */
  readonly withoutRoute: number;
  /** Names that somebody asked the resolver for. */
  readonly names: readonly string[];
}

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** An interface that takes every packet and sends none on. Kernels without `dummy` have bridges; one without ports does the same. */
function addInterface(): void {
  try {
    ip('link', 'add', NAME, 'type', 'dummy');
  } catch {
    ip('link', 'add', NAME, 'type', 'bridge', 'mcast_snooping', '0');
  }
  writeFileSync(`/proc/sys/net/ipv6/conf/${NAME}/disable_ipv6`, '1');
  // What the kernel itself would send of an interface is no packet of the mesh.
  ip('link', 'set', NAME, 'arp', 'off', 'multicast', 'off');
  ip('addr', 'add', OWN, 'dev', NAME);
  ip('link', 'set', NAME, 'up');
  ip('route', 'add', 'default', 'via', GATEWAY, 'dev', NAME);
}

function counters(): { packets: number; withoutRoute: number } {
  const line = readFileSync('/proc/net/dev', 'utf8').split('\n').find((one) => one.trim().startsWith(`${NAME}:`)) ?? '';
  const noRoute = /^Ip6OutNoRoutes\s+(\d+)$/m.exec(readFileSync('/proc/net/snmp6', 'utf8'))?.[1];
  const sent = line.split(':')[1]?.trim().split(/\s+/)[9];
  if (sent === undefined || noRoute === undefined) throw new Error('the kernel does not tell what was sent');
  return { packets: Number(sent), withoutRoute: Number(noRoute) };
}

/** The name that a DNS question asks for; its header is 12 bytes long, and each label follows its length. */
function nameAsked(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; at < question.length; ) {
    const length = question[at] ?? 0;
    if (length === 0) break;
    labels.push(question.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += 1 + length;
  }
  return labels.join('.');
}

/** Answers every question with "refused", so that nobody waits for one, and remembers it. */
async function listenForNames(names: string[]): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    names.push(nameAsked(question));
    const refusal = Buffer.from(question);
    refusal.writeUInt16BE(0x8185, 2);
    socket.send(refusal, from.port, from.address);
  });
  socket.bind(53, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/**
 * Makes this process's network one from which everything would leave, and nothing does: to be called once, inside namespaces
 * of network and mounts of its own (`unshare --net --mount`). Whatever is sent to another machine goes by a default route into
 * an interface that only counts, and names are asked of a resolver that only listens.
 * @throws Error where the trap does not catch a packet and a question of its own
 */
export async function setTrap(resolverFile: string): Promise<{ readonly caught: () => Caught; readonly close: () => void }> {
  ip('link', 'set', 'lo', 'up');
  addInterface();
  writeFileSync(resolverFile, 'nameserver 127.0.0.1\n');
  execFileSync('mount', ['--bind', resolverFile, '/etc/resolv.conf']);
  const names: string[] = [];
  const socket = await listenForNames(names);

  const before = counters();
  const probe = createSocket('udp4');
  await new Promise((sent) => probe.send('x', 9, SOMEWHERE, sent));
  probe.close();
  await lookup('probe.example').catch(() => undefined);
  const start = counters();
  if (start.packets !== before.packets + 1 || !names.includes('probe.example')) throw new Error(`the trap is not shut: ${start.packets - before.packets} packets, names ${names.join(' ')}`);
  names.length = 0;
  return {
    caught: () => {
      const now = counters();
      return { packets: now.packets - start.packets, withoutRoute: now.withoutRoute - start.withoutRoute, names: [...names] };
    },
    close: () => socket.close(),
  };
}
