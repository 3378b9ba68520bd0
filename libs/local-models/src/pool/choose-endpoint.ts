import type { Endpoint } from './endpoint.js';

/** FNV-1a with a last mix: equal in every process, and even over short strings. */
function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/**
 * The server that a call goes to: the one that its affinity belongs to where that has a free slot, else the one with the
 * smallest share of its slots taken. Which one an affinity belongs to changes for those of a server that comes or goes
 * and for no other (rendezvous hashing; Thaler and Ravishankar, 1996). Servers that are away count only where all are.
 * @returns `full` where none has a free slot
 */
export function chooseEndpoint(endpoints: readonly Endpoint[], affinity: string | undefined, tried: ReadonlySet<Endpoint> = new Set()): Endpoint | 'full' {
  const untried = endpoints.filter((one) => !tried.has(one));
  const there = untried.filter((one) => !one.isAway);
  const usable = there.length > 0 ? there : untried;
  const best = (of: readonly Endpoint[], worth: (one: Endpoint) => number): Endpoint | undefined => of.reduce<Endpoint | undefined>((found, one) => (found === undefined || worth(one) > worth(found) ? one : found), undefined);
  const hasRoom = (one: Endpoint): boolean => one.inFlight < one.limit;
  const own = affinity === undefined ? undefined : best(usable, ({ model }) => hashOf(`${affinity} ${model.host}`));
  if (own && hasRoom(own)) return own;
  return best(usable.filter(hasRoom), ({ inFlight, limit }) => -inFlight / limit) ?? 'full';
}
