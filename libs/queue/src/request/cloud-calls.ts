import { emptyTrail, ModelUse, Trail } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { RedisScript } from '../connect/run-script.js';
import { cloudCallsKey, requestKey } from '../redis-keys.js';

/** How long the mark of a request that is being ended stands where it had no call: until the end itself is written. */
const CLOSED_MS = 60_000;
/** No site may set a later deadline. */
const LONGEST_DEADLINE_MS = 3_600_000;
/** Beside the calls in their hash; no call has such a name. */
const CLOSED = 'closed';
const TRAIL = 'trail';

/** Notes a call, unless the request has ended or is being ended. Arguments: name, call, trail, time to live in ms. 1 where it is noted. */
const openScript = new RedisScript(`
if redis.call('HEXISTS', KEYS[1], '${CLOSED}') == 1 or redis.call('HEXISTS', KEYS[2], 'outcome') == 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], '${TRAIL}', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`);

/** Writes over a call that is noted, or takes it out; nothing where it is noted no more. Arguments: name, call or "". */
const settleScript = new RedisScript(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return end
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
`);

/** Lets no further call begin, and gives those that have. */
const closeScript = new RedisScript(`
local calls = redis.call('HGETALL', KEYS[1])
redis.call('HSET', KEYS[1], '${CLOSED}', 1)
if #calls == 0 then redis.call('PEXPIRE', KEYS[1], ${CLOSED_MS}) end
return calls
`);

/** Makes `<run>.<call>` come in the order in which they were made. */
const orderOf = (name: string): number => name.split('.').reduce((sum, part) => sum * 1_000 + Number(part), 0);

/**
 * The calls of cloud models that a request has led to, by any run of its job: a run that is killed, or whose model fails,
 * tells nobody, and whoever ends the request meanwhile (a cancellation, a deadline, a person) knows nothing of them. Noted
 * before anything is sent, at the most that the call can cost, and with the real figures once they are known.
 */
export class CloudCalls {
  constructor(
    private readonly redis: RedisConnection,
    /** How long a request that has ended is kept, in ms. */
    private readonly keepMs: number,
  ) {}

  /**
   * Before anything is sent.
   * @param name `<run>.<call>`, in numbers
   * @param trail what is known of the request, for whoever ends it from outside of its job
   * @throws MeshError REQUEST_CANCELLED where the request has ended, QUEUE_UNAVAILABLE: then nothing may be sent
   */
  async open(requestId: string, name: string, most: ModelUse, trail: Trail): Promise<void> {
    const noted = await asQueueError(openScript.run(this.redis, [cloudCallsKey(requestId), requestKey(requestId)], [name, JSON.stringify(most), JSON.stringify(trail), Math.ceil(this.keepMs + LONGEST_DEADLINE_MS)]));
    if (noted !== 1) throw new MeshError('REQUEST_CANCELLED', 'the request has ended, and no model is asked for it');
  }

  /** What the call came to; undefined: the connection was never made. @throws MeshError QUEUE_UNAVAILABLE */
  async settle(requestId: string, name: string, use: ModelUse | undefined): Promise<void> {
    await asQueueError(settleScript.run(this.redis, [cloudCallsKey(requestId)], [name, use ? JSON.stringify(use) : '']));
  }

  /** In their order. @throws MeshError QUEUE_UNAVAILABLE */
  async read(requestId: string): Promise<ModelUse[]> {
    return usesOf(Object.entries(await asQueueError(this.redis.hgetall(cloudCallsKey(requestId)))));
  }

  /**
   * By whoever is about to end the request from outside of its job: no call begins any more.
   * @returns what was known of the request when its last call began, with the calls; an empty trail where there was none
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  async close(requestId: string): Promise<Trail> {
    const flat = (await asQueueError(closeScript.run(this.redis, [cloudCallsKey(requestId)], []))) as string[];
    const entries = flat.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []));
    const trail = entries.find(([name]) => name === TRAIL)?.[1];
    return withCloudCalls(trail === undefined ? emptyTrail() : Trail.parse(JSON.parse(trail)), usesOf(entries));
  }
}

function usesOf(entries: readonly (readonly [string, string])[]): ModelUse[] {
  return entries
    .filter(([name]) => name !== CLOSED && name !== TRAIL)
    .toSorted(([one], [other]) => orderOf(one) - orderOf(other))
    .map(([, call]) => ModelUse.parse(JSON.parse(call)));
}

/** A trail whose cloud calls are those that were noted; they hold all that it may know of itself. */
export function withCloudCalls(trail: Trail, calls: readonly ModelUse[]): Trail {
  if (calls.length === 0) return trail;
  return { ...trail, leftSite: true, models: [...trail.models.filter(({ where }) => where !== 'cloud'), ...calls] };
}
