"""What a server does in one go for `stream.redis`: keys of a partition lie together, also in a cluster.

KEYS: 1 the partition's stream, 2 its state, 3 its dead letters, 4 by group and id how many members died over a message.
The state is a hash: `total` is the weight of all that
was published; of each group, `taken:GROUP` is the weight that it has taken, `holder:GROUP` the member that has taken
messages, until `until:GROUP` at least, `redo:GROUP` the place after which what it took over is still to be delivered,
and `seen:GROUP:MEMBER` when a member was last heard of. Times are in milliseconds by the server's clock.
"""

from __future__ import annotations

from typing import Final

from realinsights_platform.redis.calls import Script

_BEGIN: Final = """
local stream, state = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function fields(entry)
  local found = {}
  for at = 1, #entry[2], 2 do found[entry[2][at]] = entry[2][at + 1] end
  return found
end

local function pending(group)
  local told = redis.call('XPENDING', stream, group)
  return told[1], told[2]
end

local function groups()
  local found = {}
  if redis.call('EXISTS', stream) == 0 then return found end
  for _, told in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local group = {}
    for at = 1, #told, 2 do group[told[at]] = told[at + 1] end
    found[#found + 1] = group
  end
  return found
end

local function place(id)
  local milliseconds, number = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(milliseconds), tonumber(number)
end

local function members_of(group, silent)
  local members, told = 0, redis.call('HGETALL', state)
  for at = 1, #told, 2 do
    if string.match(told[at], '^seen:(.*):[^:]+$') == group and tonumber(told[at + 1]) + silent > now then
      members = members + 1
    end
  end
  return members
end

-- Removes what every group has acknowledged, and nothing else.
local function trim()
  local low_ms, low_number
  for _, group in ipairs(groups()) do
    local count, first = pending(group['name'])
    local ms, number
    if count > 0 then
      ms, number = place(first)
    else
      ms, number = place(group['last-delivered-id'])
      number = number + 1
    end
    if not low_ms or ms < low_ms or (ms == low_ms and number < low_number) then low_ms, low_number = ms, number end
  end
  if low_ms then redis.call('XTRIM', stream, 'MINID', string.format('%.0f-%.0f', low_ms, low_number)) end
end

local function settle(group, ids, first)
  local counted = redis.call('EXISTS', KEYS[4]) == 1
  for at = first, #ids do
    redis.call('XACK', stream, group, ids[at])
    if counted then redis.call('HDEL', KEYS[4], group .. ' ' .. ids[at]) end
  end
end

-- Lets a member go of a partition of which it has nothing any more; tells the others where there is more.
local function let_go(group, channel, partition)
  local left = pending(group)
  if left > 0 then
    if redis.call('XLEN', stream) >= 64 then trim() end
    return
  end
  redis.call('HDEL', state, 'holder:' .. group, 'until:' .. group, 'redo:' .. group)
  trim()
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if last then
    for _, told in ipairs(groups()) do
      if told['name'] == group and told['last-delivered-id'] ~= last[1] then
        redis.call('PUBLISH', channel, partition)
      end
    end
  end
end
"""

JOIN: Final = Script(
    _BEGIN
    + """
-- ARGV: group, the place to begin at ($: from now on; 0: all that is there), member, silent
-- Returns how many members there are.
redis.call('HSET', state, 'seen:' .. ARGV[1] .. ':' .. ARGV[3], now)
local made = redis.pcall('XGROUP', 'CREATE', stream, ARGV[1], ARGV[2], 'MKSTREAM')
if made.err then
  if string.find(made.err, 'BUSYGROUP') then return members_of(ARGV[1], tonumber(ARGV[4])) end
  return made
end
local total = tonumber(redis.call('HGET', state, 'total') or '0')
local there = ARGV[2] == '$' and 0 or redis.call('XLEN', stream)
redis.call('HSET', state, 'taken:' .. ARGV[1], total - there)
return members_of(ARGV[1], tonumber(ARGV[4]))
"""
)

PUBLISH: Final = Script(
    _BEGIN
    + """
-- ARGV: channel, partition, capacity, most, silent, kept where there is no group;
-- then of each message: organization, sequence, weight, tags, data, the only group that it is for
local capacity, most, silent = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local told = redis.call('HGETALL', state)
local taken, alive, total = {}, {}, 0
for at = 1, #told, 2 do
  local name, value = told[at], tonumber(told[at + 1])
  local group = string.match(name, '^seen:(.*):[^:]+$')
  if name == 'total' then
    total = value
  elseif group then
    if value + silent > now then alive[group] = true else redis.call('HDEL', state, name) end
  elseif string.sub(name, 1, 6) == 'taken:' then
    taken[string.sub(name, 7)] = value
  end
end
local behind
for group in pairs(alive) do
  if taken[group] and (not behind or taken[group] < behind) then behind = taken[group] end
end
local length, added, tags, tagged = redis.call('XLEN', stream), 0, '', {}
for at = 7, #ARGV, 6 do
  if (behind and total - behind >= capacity) or length >= most then break end
  redis.call('XADD', stream, '*', 'o', ARGV[at], 'n', ARGV[at + 1], 'w', ARGV[at + 2], 't', ARGV[at + 3],
    'd', ARGV[at + 4], 'r', ARGV[at + 5])
  total = total + tonumber(ARGV[at + 2])
  length = length + 1
  added = added + 1
  if ARGV[at + 5] == '' and not tagged[ARGV[at + 3]] then
    tagged[ARGV[at + 3]] = true
    tags = tags .. ARGV[at + 3]
  end
end
if added > 0 then
  redis.call('HSET', state, 'total', total)
  if #groups() == 0 then redis.call('XTRIM', stream, 'MAXLEN', ARGV[6]) end
  -- Who wants none of these tags looks later; where that would make the publisher wait, everybody looks now.
  if behind and total - behind >= capacity / 2 then tags = '' end
  redis.call('PUBLISH', ARGV[1], ARGV[2] .. tags)
end
return {added, length >= most and 1 or 0}
"""
)

BEAT: Final = Script(
    _BEGIN
    + """
-- KEYS: of each partition the stream and its state
-- ARGV: group, member, silent
-- Says that the member lives. Returns how many members there are, and of each partition whether there is anything for
-- it: messages that nobody has taken, what a dead member held, or a group that is lost.
local group, member, silent = ARGV[1], ARGV[2], tonumber(ARGV[3])

local function to_look_at()
  local own
  for _, one in ipairs(groups()) do
    if one['name'] == group then own = one end
  end
  if not own then return 1 end
  local holder = redis.call('HGET', state, 'holder:' .. group)
  if holder == member then return 1 end
  if holder then return tonumber(redis.call('HGET', state, 'until:' .. group)) <= now and 1 or 0 end
  if own['pending'] > 0 then return 1 end
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  return last and own['last-delivered-id'] ~= last[1] and 1 or 0
end

local members, found = 0, {}
for at = 1, #KEYS, 2 do
  stream, state = KEYS[at], KEYS[at + 1]
  redis.call('HSET', state, 'seen:' .. group .. ':' .. member, now)
  members = math.max(members, members_of(group, silent))
  found[#found + 1] = to_look_at()
end
return {members, found}
"""
)

TAKE: Final = Script(
    _BEGIN
    + """
-- ARGV: group, member, silent, weight at once, channel, partition, capacity, whether it may take on more, tags or '',
-- whether an answer was lost: then what the member has comes again, since it cannot know all of it
-- Returns: whose it is (0 another's, 1 the member's, 2 the member's from now on), members, whether there is more,
-- messages (id, sequence, data, which time it is, the only group that it is for)
local group, member, silent, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('HSET', state, 'seen:' .. group .. ':' .. member, now)
local members = members_of(group, silent)
local known = {}
for _, name in ipairs({'holder:', 'until:', 'redo:', 'taken:'}) do
  known[name] = redis.call('HGET', state, name .. group)
end
local there = false
for _, one in ipairs(groups()) do there = there or one['name'] == group end
if not there then return redis.error_reply('NOGROUP ' .. group) end

local holder = known['holder:']
local whose = 1
if holder == member and ARGV[10] == '1' then known['redo:'] = '0-0' end
if holder ~= member then
  if holder and tonumber(known['until:']) > now then return {0, members, 0, {}} end
  if ARGV[8] == '0' then return {0, members, 0, {}} end
  whose = 2
  if pending(group) > 0 then
    -- Whoever left in good order is not counted; who is still there as the holder has died.
    -- Of each organization the first may be what it died of: a member handles them in order.
    local cursor, counted = '0-0', {}
    repeat
      local claimed
      if holder then
        claimed = redis.call('XAUTOCLAIM', stream, group, member, 0, cursor, 'COUNT', 1000)
        for _, entry in ipairs(claimed[2]) do
          local org = fields(entry)['o']
          if not counted[org] then
            counted[org] = true
            redis.call('HINCRBY', KEYS[4], group .. ' ' .. entry[1], 1)
          end
        end
      else
        claimed = redis.call('XAUTOCLAIM', stream, group, member, 0, cursor, 'COUNT', 1000, 'JUSTID')
      end
      cursor = claimed[1]
    until cursor == '0-0'
    known['redo:'] = '0-0'
  end
end

local messages, weight, looked, dropped, more = {}, 0, 0, 0, 0
local redo = known['redo:']
local before = tonumber(known['taken:'] or '0')
while true do
  if weight >= most or looked >= 1000 then
    more = 1
    break
  end
  if not redo and ARGV[8] == '0' then break end
  local read = redis.call('XREADGROUP', 'GROUP', group, member, 'COUNT', 1, 'STREAMS', stream, redo or '>')
  local entry = read and read[1][2][1]
  if not entry then
    if not redo then break end
    redo = nil
  else
    looked = looked + 1
    local one = entry[2] and #entry[2] > 0 and fields(entry)
    local times = 1
    if redo then
      redo = entry[1]
      times = 1 + tonumber(redis.call('HGET', KEYS[4], group .. ' ' .. redo) or '0')
    elseif one then
      redis.call('HINCRBY', state, 'taken:' .. group, one['w'])
    end
    local wanted = one and (one['r'] == '' or one['r'] == group)
    if wanted and ARGV[9] ~= '' then
      wanted = false
      for tag in string.gmatch(ARGV[9], '[^ ]+') do
        wanted = wanted or string.find(one['t'], ' ' .. tag .. ' ', 1, true) ~= nil
      end
    end
    if wanted then
      weight = weight + tonumber(one['w'])
      messages[#messages + 1] = {entry[1], one['n'], one['d'], times, one['r']}
    else
      redis.call('XACK', stream, group, entry[1])
      dropped = dropped + 1
    end
  end
end
if redo then
  redis.call('HSET', state, 'redo:' .. group, redo)
else
  redis.call('HDEL', state, 'redo:' .. group)
end
local total = tonumber(redis.call('HGET', state, 'total') or '0')
if total - before >= tonumber(ARGV[7]) then redis.call('PUBLISH', ARGV[5], 'room') end
if pending(group) > 0 then
  redis.call('HSET', state, 'holder:' .. group, member, 'until:' .. group, now + silent)
  if dropped > 0 then trim() end
else
  redis.call('HDEL', state, 'holder:' .. group, 'until:' .. group, 'redo:' .. group)
  if dropped > 0 then trim() end
end
return {whose, members, more, messages}
"""
)

ACKNOWLEDGE: Final = Script(
    _BEGIN
    + """
-- ARGV: group, member, channel, partition, ids; returns whether they were the member's
if redis.call('HGET', state, 'holder:' .. ARGV[1]) ~= ARGV[2] then return 0 end
settle(ARGV[1], ARGV, 5)
let_go(ARGV[1], ARGV[3], ARGV[4])
return 1
"""
)

LEAVE: Final = Script(
    _BEGIN
    + """
-- ARGV: group, member, channel, partition
redis.call('HDEL', state, 'seen:' .. ARGV[1] .. ':' .. ARGV[2])
if redis.call('HGET', state, 'holder:' .. ARGV[1]) == ARGV[2] then
  redis.call('HDEL', state, 'holder:' .. ARGV[1], 'until:' .. ARGV[1], 'redo:' .. ARGV[1])
  redis.call('PUBLISH', ARGV[3], ARGV[4])
end
redis.call('PUBLISH', ARGV[3], 'room')
return 1
"""
)

BURY: Final = Script(
    _BEGIN
    + """
-- ARGV: group, member, channel, partition, id, error, times; returns whether it was the member's
if redis.call('HGET', state, 'holder:' .. ARGV[1]) ~= ARGV[2] then return 0 end
local entry = redis.call('XRANGE', stream, ARGV[5], ARGV[5])[1]
-- Told a second time, since the first answer was lost, it is buried already.
if entry and #redis.call('XPENDING', stream, ARGV[1], ARGV[5], ARGV[5], 1) > 0 then
  local one = fields(entry)
  redis.call('XADD', KEYS[3], '*', 'g', ARGV[1], 'o', one['o'], 'n', one['n'], 'w', one['w'], 't', one['t'],
    'd', one['d'], 'e', ARGV[6], 'k', ARGV[7])
end
settle(ARGV[1], {ARGV[5]}, 1)
let_go(ARGV[1], ARGV[3], ARGV[4])
return 1
"""
)

REPLAY: Final = Script(
    _BEGIN
    + """
-- ARGV: channel, partition, id of the dead letter; returns whether it was there
local entry = redis.call('XRANGE', KEYS[3], ARGV[3], ARGV[3])[1]
if not entry then return 0 end
local one = fields(entry)
redis.call('XADD', stream, '*', 'o', one['o'], 'n', one['n'], 'w', one['w'], 't', one['t'], 'd', one['d'],
  'r', one['g'])
redis.call('HINCRBY', state, 'total', one['w'])
redis.call('XDEL', KEYS[3], ARGV[3])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
"""
)

RANGE: Final = Script("return redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])")
