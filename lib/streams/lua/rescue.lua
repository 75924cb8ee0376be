--[[
  Act on pending entries of one consumer group: claim, release, requeue, ack, dead-letter. One call takes a list; each
  entry is checked again and changed by itself, what adds before what removes. What this operation has handled before
  is left alone and gives its stored outcome again.

  KEYS[1]   vigia:op:…       marks of the operation: hash of its action (field "action"), of entry ID -> outcome, or of
                             the digest of a call's IDs -> its whole answer
  KEYS[2]   the stream
  KEYS[3]   where copies go: the stream (requeue) or its dead-letter stream; otherwise the stream again
  ARGV[1]   seconds that the marks live
  ARGV[2]   claim, release, requeue, ack or dead-letter
  ARGV[3]   consumer group
  ARGV[4]   1 = only entries that the consumer ARGV[5] holds, 0 = whoever holds them
  ARGV[5]   that consumer
  ARGV[6]   least idle time, milliseconds
  ARGV[7]   least number of deliveries
  ARGV[8]   most deliveries, -1 = any number
  ARGV[9]   claim: the consumer that shall own them
  ARGV[10]  1 = one mark for the whole call, 0 = one for each entry (copies always have their own)
  ARGV[11]  bytes of payload after which the call ends early
  ARGV[12]  number of the next arguments
  then the fields and values that a dead letter gets besides those of its origin
  then the entry IDs, ascending, as Redis writes them
  Returns   {number of entries handled, then "INDEX:OUTCOME" of each that is not plainly done: "3:skipped:busy",
            "4:done:ID" with the ID of the copy}
  Errors    NOPERM, WRONGTYPE, OOM or READONLY before anything was changed; USED for an operation id of another action
  Cost      about 3 µs an entry for claim, release and ack, 10 µs and its payload for a copy
]]
local call, pcall = redis.call, redis.pcall
local KEYS, ARGV = KEYS, ARGV
local marks, stream, target = KEYS[1], KEYS[2], KEYS[3]
local keep, action, group = ARGV[1], ARGV[2], ARGV[3]
local asked, consumer, leastIdle = ARGV[4] == '1', ARGV[5], tonumber(ARGV[6])
local leastDeliveries, mostDeliveries = tonumber(ARGV[7]), tonumber(ARGV[8])
local heir, budget = ARGV[9], tonumber(ARGV[11])
local extrasAt, idsAt = 12, 12 + tonumber(ARGV[12])
local count = #ARGV - idsAt
local copies = action == 'requeue' or action == 'dead-letter'
-- A copy has a mark of its own, written with it: whatever comes after, it is never made twice.
local wholly = ARGV[10] == '1' and not copies
-- Redis' Lua unpacks fewer than 8,000 values; a dead letter gets up to 14 more.
local PAIRS_MAX = 3900
-- A day: longer than any reclaimer waits.
local RELEASED = 86400000

local function typeOf(key)
  return call('TYPE', key).ok
end

-- Redis does not roll a script back, so a missing permission must show before the first write.
local function missing()
  local wanted = { { 'type', stream }, { 'hget', marks, 'a' }, { 'hmget', marks, 'a' }, { 'hset', marks, 'a', 'b' },
    { 'expire', marks, '1' }, { 'xpending', stream, group } }
  if action == 'claim' or action == 'release' then
    wanted[#wanted + 1] = { 'xclaim', stream, group, 'a', '1', '0-1' }
  else
    wanted[#wanted + 1] = { 'xack', stream, group, '0-1' }
  end
  if action == 'claim' then wanted[#wanted + 1] = { 'xinfo', 'consumers', stream, group } end
  if action ~= 'ack' then wanted[#wanted + 1] = { 'xrange', stream, '-', '+' } end
  if copies then wanted[#wanted + 1] = { 'xadd', target, '*', 'a', 'b' } end
  for _, command in ipairs(wanted) do
    if not redis.acl_check_cmd(unpack(command)) then
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. command[1] .. "' command")
    end
  end
  return nil
end
if redis.acl_check_cmd then
  local denied = missing()
  if denied then return denied end
end

if typeOf(marks) ~= 'none' and typeOf(marks) ~= 'hash' then
  return redis.error_reply('WRONGTYPE the marks of this operation')
end
if count <= 0 then return { 0 } end

local before = call('HGET', marks, 'action')
if before and before ~= action then return redis.error_reply('USED ' .. before) end
local digest = wholly and redis.sha1hex(table.concat(ARGV, ' ', idsAt + 1))
local outcomes = {}
if before and wholly then
  local stored = call('HGET', marks, digest)
  if stored then
    local answer = {}
    for part in stored:gmatch('%S+') do answer[#answer + 1] = part end
    answer[1] = tonumber(answer[1])
    return answer
  end
elseif before then
  outcomes = call('HMGET', marks, unpack(ARGV, idsAt + 1))
end

-- One reason for all, or rows of the pending list, ascending.
local common
local rows = {}
local found = typeOf(stream)
if found == 'none' then
  common = 'no-group'
elseif found ~= 'stream' then
  common = 'wrong-type'
elseif copies and typeOf(target) ~= 'none' and typeOf(target) ~= 'stream' then
  common = 'wrong-type'
else
  -- One question for all: entries of a selection mostly lie side by side.
  local reply
  if asked then
    reply = pcall('XPENDING', stream, group, ARGV[idsAt + 1], ARGV[#ARGV], 2 * count, consumer)
  else
    reply = pcall('XPENDING', stream, group, ARGV[idsAt + 1], ARGV[#ARGV], 2 * count)
  end
  if reply.err then
    if not reply.err:find('NOGROUP', 1, true) then return reply end
    common = 'no-group'
  else
    rows = reply
  end
end

-- The row of an ID, or nil when it is not pending. Most often it is the next one; else it is looked up, and what the
-- one question missed is asked for alone.
local nextRow, byId = 1, nil
local function rowOf(id)
  local row = rows[nextRow]
  if row and row[1] == id then
    nextRow = nextRow + 1
    return row
  end
  if not byId then
    byId = {}
    for r = nextRow, #rows do byId[rows[r][1]] = rows[r] end
  end
  return byId[id] or call('XPENDING', stream, group, id, id, 1)[1]
end

-- A consumer with entries is found at once; only one without any must be looked for in the whole list.
local function isMember(name)
  if #call('XPENDING', stream, group, '-', '+', 1, name) > 0 then return true end
  for _, info in ipairs(call('XINFO', 'CONSUMERS', stream, group)) do
    for f = 1, #info, 2 do
      if info[f] == 'name' and info[f + 1] == name then return true end
    end
  end
  return false
end
local memberless = action == 'claim' and not common and not isMember(heir)

-- IDs are pairs of unsigned 64-bit numbers, more than Lua's numbers hold: compared as digits.
local function isBelow(a, b)
  local aMs, aSeq = a:match('^(%d+)-(%d+)$')
  local bMs, bSeq = b:match('^(%d+)-(%d+)$')
  local x, y = aMs, bMs
  if x == y then x, y = aSeq, bSeq end
  if #x ~= #y then return #x < #y end
  return x < y
end

-- Whether nothing at or after the first ID was ever taken out of the stream. Trimming takes from the front, and every
-- other removal raises the highest deleted ID (Redis 7.0 and later). XCLAIM would drop the reference to an entry
-- that is gone, and says nothing; looking at each entry for that would carry all their payloads through here.
local function isIntact()
  local info = pcall('XINFO', 'STREAM', stream)
  if info.err then return false end
  local first, deleted
  for f = 1, #info, 2 do
    if info[f] == 'first-entry' and type(info[f + 1]) == 'table' then first = info[f + 1][1] end
    if info[f] == 'max-deleted-entry-id' then deleted = info[f + 1] end
  end
  local id = ARGV[idsAt + 1]
  return first and deleted and not isBelow(id, first) and isBelow(deleted, id)
end
local intact = (action == 'claim' or action == 'release') and not common and isIntact()

local bytes = 0

-- Fields and values of an entry, or nil when it is gone.
local function payloadOf(id)
  local entry = call('XRANGE', stream, id, id)[1]
  if not entry then return nil end
  local fields = entry[2]
  for f = 1, #fields do bytes = bytes + #fields[f] end
  return fields
end

-- Idle is -1 for an entry without an owner, which anybody may take.
local function refusal(row)
  if not row then return 'acked' end
  local idle, deliveries = row[3], row[4]
  if asked and (idle < 0 or row[2] ~= consumer) then return 'owner' end
  if idle >= 0 and idle < leastIdle then return 'busy' end
  if mostDeliveries >= 0 and deliveries > mostDeliveries then return 'poison' end
  if deliveries < leastDeliveries then return 'few-deliveries' end
  if memberless then return 'no-consumer' end
  return nil
end

local function copy(id, row, fields)
  if #fields > 2 * PAIRS_MAX then return 'skipped:too-large' end
  if action == 'dead-letter' then
    local origin = { '_dlq_stream', stream, '_dlq_group', group, '_dlq_id', id, '_dlq_consumer', row[2],
      '_dlq_deliveries', string.format('%.0f', row[4]) }
    for o = 1, #origin do fields[#fields + 1] = origin[o] end
    for e = extrasAt + 1, idsAt do fields[#fields + 1] = ARGV[e] end
  end
  local new = pcall('XADD', target, '*', unpack(fields))
  if type(new) == 'table' then
    -- A stream whose last ID is the last of all takes no entry any more.
    if new.err:find('exhausted', 1, true) or new.err:find('equal or smaller', 1, true) then
      return 'skipped:unsupported'
    end
    return nil, new
  end
  call('XACK', stream, group, id)
  return 'done:' .. new
end

-- The first write of all: what refuses every write refuses this one.
call('HSET', marks, 'action', action)
call('EXPIRE', marks, keep)
if copies and not common and not redis.acl_check_cmd then
  -- Before Redis 7 only trying tells, and an XACK that is denied after its XADD would double the entry.
  local probe = pcall('XACK', stream, group, '0-0')
  if type(probe) == 'table' then return probe end
end

-- Owner -> the IDs that it shall own, for XCLAIM; and those to acknowledge.
local moves, owners, acks = {}, {}, {}
local handled = 0
for i = 1, count do
  if handled > 0 and bytes > budget then break end
  local id = ARGV[idsAt + i]
  local outcome = outcomes[i]
  if not outcome then
    local row, reason = nil, common
    if not common then
      row = rowOf(id)
      reason = refusal(row)
    end
    local fields
    if not reason and (copies or (action ~= 'ack' and not intact)) then
      fields = payloadOf(id)
      if not fields then reason = 'deleted' end
    end
    if reason then
      outcome = 'skipped:' .. reason
    elseif copies then
      local failed
      outcome, failed = copy(id, row, fields)
      if failed then return failed end
    else
      outcome = 'done'
      if action == 'ack' then
        acks[#acks + 1] = id
      elseif action == 'claim' or (row[3] >= 0 and row[3] < RELEASED) then
        local owner = action == 'claim' and heir or row[2]
        if not moves[owner] then
          moves[owner] = {}
          owners[#owners + 1] = owner
        end
        local ids = moves[owner]
        ids[#ids + 1] = id
      end
    end
    if copies then call('HSET', marks, id, outcome) end
    outcomes[i] = outcome
  end
  handled = i
end

-- JUSTID: the number of deliveries stays, since this is no attempt.
for o = 1, #owners do
  local ids = moves[owners[o]]
  if action == 'release' then
    ids[#ids + 1] = 'IDLE'
    ids[#ids + 1] = RELEASED
  end
  ids[#ids + 1] = 'JUSTID'
  call('XCLAIM', stream, group, owners[o], leastIdle, unpack(ids))
end
if #acks > 0 then call('XACK', stream, group, unpack(acks)) end

local answer, fresh = { handled }, {}
for i = 1, handled do
  local outcome = outcomes[i]
  if outcome ~= 'done' then answer[#answer + 1] = i .. ':' .. outcome end
  if not wholly and not copies then
    fresh[2 * i - 1] = ARGV[idsAt + i]
    fresh[2 * i] = outcome
  end
end
if wholly then
  call('HSET', marks, digest, table.concat(answer, ' '))
elseif not copies and handled > 0 then
  call('HSET', marks, unpack(fresh))
end
return answer
