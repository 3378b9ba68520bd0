/** Spending of past days is kept for those who ask about it. */
const KEPT_SECONDS = 3 * 86_400;

/**
 * Lua of money, for the store's script and for that of the calls alike. All that a tenant spends on a day lies under one key,
 * `spend`: the sum, and beside it the holds by request, when they end, and what its conversations have spent. A hold is of the
 * queue (`q`: whoever passed the request on made it) or of a call that is under way (`c`): the end of a request gives back
 * only the first, since a call costs though nobody waits for it any more.
 *
 * Conversations are counted only where they have a cap, so that no key grows with them elsewhere. The sum of rounded amounts
 * may miss a cap by less than a millionth of a cent.
 */
export const SPENDING_FUNCTIONS = `
-- Made where it is needed: most calls of the store's script have nothing to do with money.
local madeMoney
local function makeMoney()
  local function exact(amount) return string.format('%.12f', amount) end
  local function addSpent(spend, amount, conversation)
    if tonumber(call('INCRBYFLOAT', spend, exact(amount))) < 0 then call('SET', spend, '0') end
    call('EXPIRE', spend, '${KEPT_SECONDS}')
    if conversation == '' then return end
    local key = spend .. ':conversations'
    if tonumber(call('HINCRBYFLOAT', key, conversation, exact(amount))) < 1e-12 then call('HDEL', key, conversation) end
    call('EXPIRE', key, '${KEPT_SECONDS}')
  end
  local function spentOf(spend) return call('GET', spend) or '0' end
  local function spentBy(spend, conversation) return conversation ~= '' and call('HGET', spend .. ':conversations', conversation) or '0' end

  -- Gives back what is held for a request; of one kind only where it is named.
  local function dropHold(spend, id, kind)
    local hold = call('HGET', spend .. ':holds', id)
    if not hold then return 0 end
    local amount, by, conversation = string.match(hold, '^(%S+) (%a) (.*)$')
    if kind and kind ~= by then return 0 end
    call('HDEL', spend .. ':holds', id)
    call('ZREM', spend .. ':ends', id)
    addSpent(spend, -tonumber(amount), conversation)
    return 1
  end

  local function dropEnded(spend, at)
    for _, id in ipairs(call('ZRANGEBYSCORE', spend .. ':ends', '-inf', at, 'LIMIT', '0', '1000')) do dropHold(spend, id) end
  end

  local function readHold()
    return { spend = arg(), before = arg(), id = arg(), most = num(), least = num(), cap = num(), conversation = arg(), ofConversation = num(), at = arg(), ends = arg() }
  end

  local function inTheWay(hold, amount)
    if tonumber(spentOf(hold.spend)) + amount > hold.cap + 1e-9 then return 'day' end
    if hold.conversation ~= '' and tonumber(spentBy(hold.spend, hold.conversation)) + amount > hold.ofConversation + 1e-9 then return 'conversation' end
    return false
  end

  -- {1: it is held, amount, spent, spent by the conversation, cap in the way}
  local function standing(hold, amount, exceeded)
    return { exceeded and 0 or 1, exact(amount), spentOf(hold.spend), spentBy(hold.spend, hold.conversation), exceeded or '' }
  end

  -- Holds the most where the caps leave room for it, else the least; in the place of what the request has held before.
  local function holdMoney(hold, kind)
    dropHold(hold.spend, hold.id)
    if hold.before ~= '' then dropHold(hold.before, hold.id) end
    local amount, exceeded = hold.most, inTheWay(hold, hold.most)
    if exceeded then
      dropEnded(hold.spend, hold.at)
      exceeded = inTheWay(hold, amount)
    end
    if exceeded and hold.least < amount and not inTheWay(hold, hold.least) then amount, exceeded = hold.least, false end
    if exceeded then return standing(hold, hold.least, exceeded) end
    addSpent(hold.spend, amount, hold.conversation)
    call('HSET', hold.spend .. ':holds', hold.id, exact(amount) .. ' ' .. kind .. ' ' .. hold.conversation)
    call('ZADD', hold.spend .. ':ends', hold.ends, hold.id)
    call('EXPIRE', hold.spend .. ':holds', '${KEPT_SECONDS}')
    call('EXPIRE', hold.spend .. ':ends', '${KEPT_SECONDS}')
    return standing(hold, amount, false)
  end
  return { add = addSpent, spent = spentOf, read = readHold, hold = holdMoney, standing = standing, drop = dropHold, dropEnded = dropEnded }
end
local function money()
  madeMoney = madeMoney or makeMoney()
  return madeMoney
end
`;

/** What the functions above read their arguments with, in a script of their own. */
export const SPENDING_PRELUDE = `
local call = redis.call
local cursor = 0
local function arg() cursor = cursor + 1 return ARGV[cursor] end
local function num() cursor = cursor + 1 return tonumber(ARGV[cursor]) end
${SPENDING_FUNCTIONS}
local money = makeMoney()
`;
