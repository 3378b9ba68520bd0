import { z } from 'zod';
import { Sealed } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { asQueueError, pseudonymsKey, RedisScript, type RedisConnection, type Sealer } from '@switchyard/queue';
import { noPseudonyms, Pseudonyms } from './pseudonyms.js';

/** Each lost race is another writer's gain, and a conversation has one message in work: more than a few never happen. */
const MOST_RACES = 20;

/** Writes over the revision that was read; else gives what stands there now. Arguments: that revision, box, time to live in ms. */
const replaceScript = new RedisScript(`
local revision = redis.call('HGET', KEYS[1], 'revision') or '0'
if revision ~= ARGV[1] then return { revision, redis.call('HGET', KEYS[1], 'box') or '' } end
redis.call('HSET', KEYS[1], 'revision', tonumber(revision) + 1, 'box', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {}
`);
const Standing = z.union([z.tuple([]), z.tuple([z.string(), z.string()])]);

/**
 * The placeholders of conversations: a sealed box for each, under a key of its own, gone when no message of the conversation
 * has used it for as long as the site, or its tenant, keeps conversations. A box that does not open (its key was taken away) counts as none:
 * placeholders begin anew then, and no value is restored wrongly, since a request restores with what it was redacted with.
 */
export class PseudonymStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly sealer: Sealer,
    /** In milliseconds, of a tenant's conversations. */
    private readonly ttlOf: (tenant: string) => number,
  ) {}

  /**
   * Redacts with what the conversation knows and keeps what it knows then. Where another expert was first, `redact` is
   * called again with what that one gave out, so that a value has one placeholder for all.
   * @throws MeshError QUEUE_UNAVAILABLE where Redis is away: nothing may be sent under placeholders that nobody remembers
   */
  async update<Result extends { readonly pseudonyms: Pseudonyms }>(tenant: string, conversationId: string, redact: (known: Pseudonyms) => Result): Promise<Result> {
    const key = pseudonymsKey(tenant, conversationId);
    let [revision, box] = await asQueueError(this.redis.hmget(key, 'revision', 'box'));
    for (let race = 0; race < MOST_RACES; race++) {
      const result = redact(this.open(key, box));
      // Most messages hold nothing personal, and leave nothing behind.
      if (Object.keys(result.pseudonyms.map).length === 0) return result;
      const sealed = JSON.stringify(this.sealer.seal(result.pseudonyms, key));
      const standing = Standing.parse(await asQueueError(replaceScript.run(this.redis, [key], [revision ?? '0', sealed, Math.ceil(this.ttlOf(tenant))])));
      if (standing.length === 0) return result;
      [revision, box] = standing;
    }
    throw new MeshError('QUEUE_UNAVAILABLE', 'the placeholders of the conversation change faster than they can be kept');
  }

  private open(key: string, box: string | null | undefined): Pseudonyms {
    if (!box) return noPseudonyms;
    try {
      return Pseudonyms.parse(this.sealer.open(Sealed.parse(JSON.parse(box)), key));
    } catch (error) {
      if (MeshError.is(error) || error instanceof z.ZodError || error instanceof SyntaxError) return noPseudonyms;
      throw error;
    }
  }
}
