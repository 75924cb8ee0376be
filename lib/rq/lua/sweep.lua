--[[
  Remove entries of queues and registries that stand for no job any more: ghosts, whose hash is gone, and results
  that have expired. Each entry is looked at again here; one that has come to life stays.

  KEYS[1]   vigia:op:…       marks of the operation: hash field -> outcome
  then two per entry: the list or registry, rq:job:ID
  ARGV[1]   seconds that the marks live
  then per entry: field of its mark, job id, kind
            kind: ghost = member of a registry; head, tail = entry of a list, nearer to that end;
            failed, finished = entry of that registry whose time has passed
  Returns   per entry "cleanup:OUTCOME:REASON:STATUS"
  Errors    NOPERM or WRONGTYPE before anything was changed
  Cost      O(entries); an entry of a list costs its distance from the nearer end. The caller bounds the sum.
]]
local marks, keep = KEYS[1], tonumber(ARGV[1])
local WANTED = { ghost = 'zset', failed = 'zset', finished = 'zset', head = 'list', tail = 'list' }

local function typeOk(key, wanted)
  local found = redis.call('TYPE', key).ok
  return found == 'none' or found == wanted
end

if not typeOk(marks, 'hash') then return redis.error_reply('WRONGTYPE the marks of this operation') end

-- Redis does not roll a script back, so a missing permission must show before the first write (Redis 7 and later).
if redis.acl_check_cmd and #ARGV > 1 then
  for _, command in ipairs({ { 'hset', marks, 'a', 'b' }, { 'expire', marks, '1' }, { 'zrem', KEYS[2], 'a' },
    { 'lrem', KEYS[2], '1', 'a' } }) do
    if not redis.acl_check_cmd(unpack(command)) then
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. command[1] .. "' command")
    end
  end
end

local now = tonumber(redis.call('TIME')[1])

local function skipped(reason, status)
  return 'cleanup:skipped:' .. reason .. ':' .. (status or '')
end

local function removed(count)
  if count == 0 then return skipped('not-in-registry') end
  return 'cleanup:done::'
end

local function sweep(key, job, id, kind)
  if not typeOk(key, WANTED[kind]) then return skipped('wrong-type') end
  local status = false
  if redis.call('EXISTS', job) == 1 then
    status = redis.pcall('HGET', job, 'status')
    if type(status) == 'table' then return skipped('wrong-type') end
    if kind == 'ghost' or kind == 'head' or kind == 'tail' then return skipped('conflict', status) end
  end
  if kind == 'head' then return removed(redis.call('LREM', key, 1, id)) end
  if kind == 'tail' then return removed(redis.call('LREM', key, -1, id)) end
  if kind == 'ghost' then return removed(redis.call('ZREM', key, id)) end
  -- Expired. While the job still says that this is its place, the entry is all that leads to it.
  local score = tonumber(redis.call('ZSCORE', key, id) or '')
  if not score or score < 0 or score > now then return skipped('conflict', status) end
  local here = status == kind or (kind == 'failed' and status == 'stopped')
  if here then return skipped('conflict', status) end
  return removed(redis.call('ZREM', key, id))
end

local outcomes = {}
for e = 1, (#ARGV - 1) / 3 do
  local arg = 3 * e - 1
  local outcome = redis.call('HGET', marks, ARGV[arg])
  if not outcome then
    outcome = sweep(KEYS[2 * e], KEYS[2 * e + 1], ARGV[arg + 1], ARGV[arg + 2])
    redis.call('HSET', marks, ARGV[arg], outcome)
  end
  outcomes[e] = outcome
end
if #outcomes > 0 then redis.call('EXPIRE', marks, keep) end
return outcomes
