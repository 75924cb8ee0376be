--[[
  Cancel jobs that wait: queued, scheduled or deferred ones, as RQ's cancel does. One call takes a list; each job
  is checked and changed by itself, all its checks before its first write, the adding write before the removing
  one. A started job is refused: taking it out of its registry would not stop it.
  A job that this operation has handled before is left alone and gives its stored outcome again.

  KEYS[1]   vigia:op:…       marks of the operation: hash job id -> outcome
  then five per queue: rq:queue:Q, rq:queue:Q:intermediate, rq:deferred:Q, rq:scheduled:Q, rq:canceled:Q
  then per job:        rq:job:ID, and rq:job:P:dependents of each parent P that was passed
  ARGV[1]   seconds that the marks live
  ARGV[2]   where the jobs were seen: queued, scheduled, deferred, or empty for any
  ARGV[3]   number of queues
  then the name of each queue, then per job: its id, the number of its queue (from 1), its number of parents
  Returns   per job "cancel:OUTCOME:REASON:STATUS", in the order of the jobs
  Errors    NOPERM or WRONGTYPE before anything was changed
  Cost      a queued job is found by walking its list from the head: O(its position). The caller bounds the batch.
]]
local marks = KEYS[1]
local keep, place, queueCount = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])

local function typeOk(key, wanted)
  local found = redis.call('TYPE', key).ok
  return found == 'none' or found == wanted
end

-- Redis does not roll a script back, so a missing permission must show before the first write (Redis 7 and later).
local function missing(queue, job)
  if not redis.acl_check_cmd then return nil end
  local wanted = {
    { 'hset', marks, 'a', 'b' }, { 'expire', marks, '1' }, { 'lrem', queue.list, '1', 'a' },
    { 'zadd', queue.canceled, '0', 'a' }, { 'zrem', queue.canceled, 'a' }, { 'zrem', queue.deferred, 'a' },
    { 'zrem', queue.scheduled, 'a' }, { 'hset', job.hash, 'a', 'b' }, { 'srem', job.hash .. ':dependents', 'a' },
  }
  for _, command in ipairs(wanted) do
    if not redis.acl_check_cmd(unpack(command)) then return command[1] end
  end
  return nil
end

local function skipped(reason, status)
  return 'cancel:skipped:' .. reason .. ':' .. (status or '')
end

if not typeOk(marks, 'hash') then return redis.error_reply('WRONGTYPE the marks of this operation') end

local byNumber = {}
for q = 1, queueCount do
  local first = 2 + 5 * (q - 1)
  local queue = {
    name = ARGV[3 + q], list = KEYS[first], intermediate = KEYS[first + 1], deferred = KEYS[first + 2],
    scheduled = KEYS[first + 3], canceled = KEYS[first + 4],
  }
  queue.sound = typeOk(queue.list, 'list') and typeOk(queue.intermediate, 'list') and typeOk(queue.deferred, 'zset')
    and typeOk(queue.scheduled, 'zset') and typeOk(queue.canceled, 'zset')
  byNumber[q] = queue
end

local jobs = {}
local key = 2 + 5 * queueCount
for arg = 4 + queueCount, #ARGV, 3 do
  local job = { id = ARGV[arg], queue = byNumber[tonumber(ARGV[arg + 1])], hash = KEYS[key], parents = {} }
  key = key + 1
  for p = 1, tonumber(ARGV[arg + 2]) do
    job.parents[p] = KEYS[key]
    key = key + 1
  end
  if not job.queue.allowed then
    local command = missing(job.queue, job)
    if command then
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. command .. "' command")
    end
    job.queue.allowed = true
  end
  jobs[#jobs + 1] = job
end

local now = redis.call('TIME')[1]

-- LPOS came with Redis 6.0.6. The list holds what workers have popped and not yet started: a handful.
local function isStarting(queue, id)
  local found = redis.pcall('LPOS', queue.intermediate, id)
  if type(found) ~= 'table' then return found ~= false end
  for _, other in ipairs(redis.call('LRANGE', queue.intermediate, 0, 1000)) do
    if other == id then return true end
  end
  return false
end

local function cancel(job)
  local queue, id = job.queue, job.id
  if not queue.sound then return skipped('wrong-type') end
  local fields = redis.pcall('HMGET', job.hash, 'status', 'origin', 'rate_limit_key')
  if fields.err then return skipped('wrong-type') end
  local status = fields[1]
  if not status then
    if redis.call('EXISTS', job.hash) == 1 then return skipped('wrong-type') end
    if place == 'queued' then redis.call('LREM', queue.list, 1, id) end
    if place == 'deferred' or place == '' then redis.call('ZREM', queue.deferred, id) end
    if place == 'scheduled' or place == '' then redis.call('ZREM', queue.scheduled, id) end
    return skipped('gone')
  end
  if status == 'started' then return skipped('use-stop', status) end
  local waits = status == 'queued' or status == 'deferred' or status == 'scheduled'
  if not waits or (place ~= '' and place ~= status) then return skipped('conflict', status) end
  if fields[2] ~= queue.name then return skipped('moved', status) end
  if fields[3] and fields[3] ~= '' then return skipped('unsupported', status) end
  for _, parent in ipairs(job.parents) do
    if not typeOk(parent, 'set') then return skipped('wrong-type', status) end
  end

  if status == 'queued' then
    local before = redis.call('ZSCORE', queue.canceled, id)
    redis.call('ZADD', queue.canceled, now, id)
    -- The removal is also the only proof that the list held it: asking first would walk the list twice.
    if redis.call('LREM', queue.list, 1, id) == 0 then
      if before then redis.call('ZADD', queue.canceled, before, id) else redis.call('ZREM', queue.canceled, id) end
      return skipped(isStarting(queue, id) and 'starting' or 'not-in-queue', status)
    end
    redis.call('HSET', job.hash, 'status', 'canceled')
    return 'cancel:done::canceled'
  end

  local registry = status == 'deferred' and queue.deferred or queue.scheduled
  if not redis.call('ZSCORE', registry, id) then return skipped('not-in-registry', status) end
  redis.call('ZADD', queue.canceled, now, id)
  redis.call('HSET', job.hash, 'status', 'canceled')
  redis.call('ZREM', registry, id)
  -- A worker that finishes the parent just now watches this set: the change makes it look again, and not run the job.
  for _, parent in ipairs(job.parents) do redis.call('SREM', parent, id) end
  return 'cancel:done::canceled'
end

local outcomes = {}
for j, job in ipairs(jobs) do
  local outcome = redis.call('HGET', marks, job.id)
  if not outcome then
    outcome = cancel(job)
    redis.call('HSET', marks, job.id, outcome)
  end
  outcomes[j] = outcome
end
if #jobs > 0 then redis.call('EXPIRE', marks, keep) end
return outcomes
