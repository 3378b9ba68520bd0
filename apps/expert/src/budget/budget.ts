import { asQueueError, conversationSpendKey, dayOf, RedisScript, spendKey, type RedisConnection, type SpendingCaps } from '@switchyard/queue';

/** Spending of past days is kept for those who ask about it. */
const KEPT_SECONDS = 3 * 86_400;

/** Request -> `<amount> <held until> <conversation>`, the last only where conversations have a cap. In the slot of the spend key. */
export const holdsKey = (tenant: string, day: string): string => `{${spendKey(tenant, day)}}:holds`;

// KEYS: what the tenant has spent, its holds, what its conversations have spent.
const COMMON = `
local function add(amount, conversation)
  if tonumber(redis.call('INCRBYFLOAT', KEYS[1], string.format('%.12f', amount))) < 0 then redis.call('SET', KEYS[1], '0') end
  redis.call('EXPIRE', KEYS[1], ${KEPT_SECONDS})
  if conversation == '' then return end
  if tonumber(redis.call('HINCRBYFLOAT', KEYS[3], conversation, string.format('%.12f', amount))) < 1e-12 then redis.call('HDEL', KEYS[3], conversation) end
  redis.call('EXPIRE', KEYS[3], ${KEPT_SECONDS})
end
local function read(hold)
  if not hold then return 0, 0, '' end
  local amount, ends, conversation = string.match(hold, '^(%S+) (%S+) ?(.*)$')
  return tonumber(amount), tonumber(ends), conversation
end
local function drop(id)
  local own, _, conversation = read(redis.call('HGET', KEYS[2], id))
  redis.call('HDEL', KEYS[2], id)
  if own > 0 then add(-own, conversation) end
end
local function release(now)
  local holds = redis.call('HGETALL', KEYS[2])
  for i = 1, #holds, 2 do
    local amount, ends, conversation = read(holds[i + 1])
    if ends <= now then
      redis.call('HDEL', KEYS[2], holds[i])
      add(-amount, conversation)
    end
  end
end
local function spent() return tonumber(redis.call('GET', KEYS[1]) or '0') end
`;

// The sum of rounded amounts may miss a cap by less than a millionth of a cent.
const reserveScript = new RedisScript(`${COMMON}
local id, amount, cap, now, ends, conversation, conversationCap = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6], tonumber(ARGV[7])
release(now)
drop(id)
if spent() + amount > cap + 1e-9 then return {0, tostring(spent()), 'day'} end
if conversation ~= '' and tonumber(redis.call('HGET', KEYS[3], conversation) or '0') + amount > conversationCap + 1e-9 then return {0, tostring(spent()), 'conversation'} end
add(amount, conversation)
redis.call('HSET', KEYS[2], id, string.format('%.12f', amount) .. ' ' .. ends .. ' ' .. conversation)
redis.call('EXPIRE', KEYS[2], ${KEPT_SECONDS})
return {1, tostring(spent()), ''}
`);

// The call's conversation, and not its hold's: the hold may have been given back.
const settleScript = new RedisScript(`${COMMON}
drop(ARGV[1])
add(tonumber(ARGV[2]), ARGV[3])
return tostring(spent())
`);

const sweepScript = new RedisScript(`${COMMON}
release(tonumber(ARGV[1]))
return tostring(spent())
`);

export interface ReserveRequest {
  readonly tenant: string;
  readonly requestId: string;
  readonly conversationId: string;
  /** The most that the call can cost. */
  readonly amountUsd: number;
  readonly caps: SpendingCaps;
  readonly nowMs: number;
  /** When the call is over in any case: a hold that is older is of a run that died, and is given back. */
  readonly heldUntilMs: number;
}

export interface Reservation {
  readonly granted: boolean;
  /** Whose cap was in the way where it was not granted. */
  readonly exceeded?: 'day' | 'conversation';
  /** Spent and held that day, this reservation included where it was granted. */
  readonly spentUsd: number;
  /** Puts the real cost in the place of the hold. */
  settle(costUsd: number): Promise<void>;
}

const keysOf = (tenant: string, nowMs: number): string[] => [spendKey, holdsKey, conversationSpendKey].map((key) => key(tenant, dayOf(nowMs)));
const exact = (usd: number): string => usd.toFixed(12);

/**
 * What the tenants and their conversations spend at cloud models, by UTC day. Money is held before a call and settled after it, each in one
 * step in Redis, so that many experts together stay within the caps. A request holds once, however often its job runs.
 * All throw MeshError QUEUE_UNAVAILABLE where Redis is away.
 */
export class Budget {
  constructor(private readonly redis: RedisConnection) {}

  async reserve({ tenant, requestId, conversationId, amountUsd, caps, nowMs, heldUntilMs }: ReserveRequest): Promise<Reservation> {
    const keys = keysOf(tenant, nowMs);
    // Conversations are counted only where they have a cap, so that no key grows with them elsewhere.
    const conversation = caps.perConversationUsd === undefined ? '' : conversationId;
    const input = [requestId, exact(amountUsd), exact(caps.perDayUsd), nowMs, Math.ceil(heldUntilMs), conversation, exact(caps.perConversationUsd ?? 0)];
    const [granted, spent, exceeded] = (await asQueueError(reserveScript.run(this.redis, keys, input))) as [number, string, 'day' | 'conversation' | ''];
    return {
      granted: granted === 1,
      ...(exceeded === '' ? {} : { exceeded }),
      spentUsd: Number(spent),
      settle: async (costUsd) => void (await asQueueError(settleScript.run(this.redis, keys, [requestId, exact(costUsd), conversation]))),
    };
  }

  /** Gives back what runs that died have held, and says what is spent and held. */
  async sweep(tenant: string, nowMs: number): Promise<number> {
    return Number(await asQueueError(sweepScript.run(this.redis, keysOf(tenant, nowMs), [nowMs])));
  }
}
