import { asQueueError, RedisScript, type RedisConnection } from '@switchyard/queue';

/** Spending of past days is kept for those who ask about it. */
const KEPT_SECONDS = 3 * 86_400;

/** The UTC day of a moment, `yyyy-mm-dd`. */
export const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);
/** What a tenant has spent on a day, holds included: USD, as a decimal. The dispatcher reads it. */
export const spendKey = (tenant: string, day: string): string => `switchyard:spend:${tenant}:${day}`;
/** Request -> `<amount> <held until>`. The braces put it into the slot of the spend key, which has none. */
const holdsKey = (tenant: string, day: string): string => `{${spendKey(tenant, day)}}:holds`;

const COMMON = `
local function add(amount)
  if tonumber(redis.call('INCRBYFLOAT', KEYS[1], string.format('%.12f', amount))) < 0 then redis.call('SET', KEYS[1], '0') end
  redis.call('EXPIRE', KEYS[1], ${KEPT_SECONDS})
end
local function held(id)
  local hold = redis.call('HGET', KEYS[2], id)
  return hold and tonumber(string.match(hold, '^%S+')) or 0
end
local function release(now)
  local holds = redis.call('HGETALL', KEYS[2])
  for i = 1, #holds, 2 do
    local amount, ends = string.match(holds[i + 1], '^(%S+) (%S+)$')
    if tonumber(ends) <= now then
      redis.call('HDEL', KEYS[2], holds[i])
      add(-tonumber(amount))
    end
  end
end
local function spent() return tonumber(redis.call('GET', KEYS[1]) or '0') end
`;

// The sum of rounded amounts may miss the cap by less than a millionth of a cent.
const reserveScript = new RedisScript(`${COMMON}
local id, amount, cap, now, ends = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
release(now)
local own = held(id)
if spent() - own + amount > cap + 1e-9 then
  if own > 0 then
    redis.call('HDEL', KEYS[2], id)
    add(-own)
  end
  return {0, tostring(spent())}
end
add(amount - own)
redis.call('HSET', KEYS[2], id, string.format('%.12f', amount) .. ' ' .. ends)
redis.call('EXPIRE', KEYS[2], ${KEPT_SECONDS})
return {1, tostring(spent())}
`);

const settleScript = new RedisScript(`${COMMON}
local own = held(ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
add(tonumber(ARGV[2]) - own)
return tostring(spent())
`);

const sweepScript = new RedisScript(`${COMMON}
release(tonumber(ARGV[1]))
return tostring(spent())
`);

export interface ReserveRequest {
  readonly tenant: string;
  readonly requestId: string;
  /** The most that the call can cost. */
  readonly amountUsd: number;
  readonly capUsd: number;
  readonly nowMs: number;
  /** When the call is over in any case: a hold that is older is of a run that died, and is given back. */
  readonly heldUntilMs: number;
}

export interface Reservation {
  readonly granted: boolean;
  /** Spent and held that day, this reservation included where it was granted. */
  readonly spentUsd: number;
  /** Puts the real cost in the place of the hold. */
  settle(costUsd: number): Promise<void>;
}

const exact = (usd: number): string => usd.toFixed(12);

/**
 * What the tenants spend at cloud models, by UTC day. Money is held before a call and settled after it, each in one
 * step in Redis, so that many experts together stay within a tenant's cap. A request holds once, however often its job runs.
 * All throw MeshError QUEUE_UNAVAILABLE where Redis is away.
 */
export class Budget {
  constructor(private readonly redis: RedisConnection) {}

  async reserve({ tenant, requestId, amountUsd, capUsd, nowMs, heldUntilMs }: ReserveRequest): Promise<Reservation> {
    const day = dayOf(nowMs);
    const keys = [spendKey(tenant, day), holdsKey(tenant, day)];
    const [granted, spent] = (await asQueueError(reserveScript.run(this.redis, keys, [requestId, exact(amountUsd), exact(capUsd), nowMs, Math.ceil(heldUntilMs)]))) as [number, string];
    return {
      granted: granted === 1,
      spentUsd: Number(spent),
      settle: async (costUsd) => void (await asQueueError(settleScript.run(this.redis, keys, [requestId, exact(costUsd)]))),
    };
  }

  /** Gives back what runs that died have held, and says what is spent and held. */
  async sweep(tenant: string, nowMs: number): Promise<number> {
    const day = dayOf(nowMs);
    return Number(await asQueueError(sweepScript.run(this.redis, [spendKey(tenant, day), holdsKey(tenant, day)], [nowMs])));
  }
}
