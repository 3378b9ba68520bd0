import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { RedisScript } from '../connect/run-script.js';
import { readHeld, spendKeyOf, valuesOfHold, type Held, type Hold } from './hold.js';
import { SPENDING_PRELUDE } from './lua-spending.js';
import { dayBefore, dayOf, formerSpendKeys, spendKey } from './spending.js';

const reserveScript = new RedisScript(`${SPENDING_PRELUDE}
return money.hold(money.read(), 'c')
`);

// The call's conversation, and not its hold's: the hold may have been given back.
const settleScript = new RedisScript(`${SPENDING_PRELUDE}
money.drop(KEYS[1], ARGV[1])
money.add(KEYS[1], tonumber(ARGV[2]), ARGV[3])
`);

/** Gives back what waits in the queue for a request, on any of some days. */
const releaseScript = new RedisScript(`${SPENDING_PRELUDE}
for _, spend in ipairs(KEYS) do money.drop(spend, ARGV[1], 'q') end
`);

const sweepScript = new RedisScript(`${SPENDING_PRELUDE}
for _, spend in ipairs(KEYS) do money.dropEnded(spend, ARGV[1]) end
return money.spent(KEYS[1])
`);

/** Adds what the sum of a former release has grown, or shrunk, by since it was last looked at. Arguments: sum, then conversation and its sum, each. */
const adoptScript = new RedisScript(`${SPENDING_PRELUDE}
local adopted = KEYS[1] .. ':adopted'
local function adopt(field, conversation, sum)
  local delta = tonumber(sum) - tonumber(call('HGET', adopted, field) or '0')
  if math.abs(delta) < 1e-12 then return end
  call('HSET', adopted, field, sum)
  if conversation == '' then money.add(KEYS[1], delta, '') else call('HINCRBYFLOAT', KEYS[1] .. ':conversations', conversation, string.format('%.12f', delta)) end
end
adopt('day', '', ARGV[1])
for one = 2, #ARGV, 2 do adopt('of:' .. ARGV[one], ARGV[one], ARGV[one + 1]) end
for _, key in ipairs({ adopted, KEYS[1] .. ':conversations' }) do call('EXPIREAT', key, redis.call('TIME')[1] + 3 * 86400) end
`);

/** The most that a call can cost, held while it runs. */
export interface ReserveRequest extends Omit<Hold, 'mostUsd' | 'leastUsd'> {
  readonly amountUsd: number;
}

export interface Reservation extends Held {
  /** Puts the real cost in the place of the hold. */
  settle(costUsd: number): Promise<void>;
}

const exact = (usd: number): string => usd.toFixed(12);

/**
 * What the tenants and their conversations spend at cloud models, by UTC day. Money is held when a request is passed on to the
 * expert (`MeshStore.hopHeld`), held exactly before each call, and settled after it, each in one step in Redis, so that many
 * processes together stay within the caps. A request holds once: a call's hold takes the place of the queue's.
 * All throw MeshError QUEUE_UNAVAILABLE where Redis is away.
 */
export class Budget {
  constructor(private readonly redis: RedisConnection) {}

  /** Holds the most that a call can cost, in the place of what the request holds already. */
  async reserve({ amountUsd, ...hold }: ReserveRequest): Promise<Reservation> {
    const { requestId, conversationId, caps } = hold;
    const spend = spendKeyOf(hold);
    const held = readHeld(await asQueueError(reserveScript.run(this.redis, [spend], valuesOfHold({ ...hold, mostUsd: amountUsd, leastUsd: amountUsd }))));
    const conversation = caps.perConversationUsd === undefined ? '' : conversationId;
    return { ...held, settle: async (costUsd) => void (await asQueueError(settleScript.run(this.redis, [spend], [requestId, exact(costUsd), conversation]))) };
  }

  /** Gives back what was held for a request when it was passed on; nothing where a call has taken its place. */
  async release(tenant: string, requestId: string, nowMs: number): Promise<void> {
    await asQueueError(releaseScript.run(this.redis, bothDays(tenant, nowMs), [requestId]));
  }

  /** Gives back what nobody has settled in time, of today and of the day before, and says what is spent and held today. */
  async sweep(tenant: string, nowMs: number): Promise<number> {
    return Number(await asQueueError(sweepScript.run(this.redis, bothDays(tenant, nowMs), [Math.floor(nowMs)])));
  }

  /**
   * Takes over what a former release has counted today under other keys, so that a day on which the mesh is upgraded has its budget
   * once. What is taken over is remembered: as long as experts of that release run, what they spend is added by the next turn.
   */
  async adopt(tenant: string, nowMs: number): Promise<void> {
    const [spentKey, conversationsKey] = formerSpendKeys(tenant, dayOf(nowMs));
    const [spent, conversations] = await asQueueError(Promise.all([this.redis.get(spentKey), this.redis.hgetall(conversationsKey)]));
    if (spent === null) return;
    await asQueueError(adoptScript.run(this.redis, [spendKeyOf({ tenant, nowMs })], [spent, ...Object.entries(conversations).flat()]));
  }
}

const bothDays = (tenant: string, nowMs: number): string[] => [dayOf(nowMs), dayBefore(nowMs)].map((day) => spendKey(tenant, day));
