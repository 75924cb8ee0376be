--[[
  Move waiting jobs to another queue. One call takes a list; each job is checked and changed by itself, all its
  checks before its first write, the adding write before the removing one. Only `origin` of a job changes: since
  when it waits, and how long it may, stay as they are.
  A job that this operation has handled before is left alone and gives its stored outcome again.

  KEYS[1]   vigia:op:…       marks of the operation: hash job id -> outcome
  KEYS[2]   rq:queues
  KEYS[3]   rq:queue:T       the target
  then two per queue: rq:queue:Q, rq:queue:Q:intermediate
  then two per job:   rq:job:ID, rq:queue:T:intermediate:first_seen:ID
  ARGV[1]   seconds that the marks live
  ARGV[2]   front or back: to which end of the target. For the front the jobs come last one first, so that their
            order is kept, and are looked for from the end of their lists
  ARGV[3]   name of the target
  ARGV[4]   number of queues
  then the name of each queue, then per job: its id, the number of its queue (from 1)
  Returns   per job "move:OUTCOME:REASON:STATUS", in the order of the jobs
  Errors    NOPERM or WRONGTYPE before anything was changed
  Cost      a job is found by walking its list from one end: O(its position). The caller bounds the batch.
]]
local marks, queues, target = KEYS[1], KEYS[2], KEYS[3]
local keep, atFront, targetName, queueCount = tonumber(ARGV[1]), ARGV[2] == 'front', ARGV[3], tonumber(ARGV[4])

local function typeOk(key, wanted)
  local found = redis.call('TYPE', key).ok
  return found == 'none' or found == wanted
end

-- Redis does not roll a script back, so a missing permission must show before the first write (Redis 7 and later).
local function missing(queue, job)
  if not redis.acl_check_cmd then return nil end
  local wanted = {
    { 'hset', marks, 'a', 'b' }, { 'expire', marks, '1' }, { 'sadd', queues, 'a' },
    { atFront and 'lpush' or 'rpush', target, 'a' }, { 'lrem', target, '1', 'a' }, { 'lrem', queue.list, '1', 'a' },
    { 'hset', job.hash, 'a', 'b' }, { 'del', job.firstSeen },
  }
  for _, command in ipairs(wanted) do
    if not redis.acl_check_cmd(unpack(command)) then return command[1] end
  end
  return nil
end

local function skipped(reason, status)
  return 'move:skipped:' .. reason .. ':' .. (status or '')
end

if not typeOk(marks, 'hash') then return redis.error_reply('WRONGTYPE the marks of this operation') end

local targetSound = typeOk(target, 'list') and typeOk(queues, 'set')
local byNumber = {}
for q = 1, queueCount do
  local first = 2 + 2 * q
  local queue = { name = ARGV[4 + q], list = KEYS[first], intermediate = KEYS[first + 1] }
  queue.sound = targetSound and typeOk(queue.list, 'list') and typeOk(queue.intermediate, 'list')
  byNumber[q] = queue
end

local jobs = {}
local key = 4 + 2 * queueCount
for arg = 5 + queueCount, #ARGV, 2 do
  local job = { id = ARGV[arg], queue = byNumber[tonumber(ARGV[arg + 1])], hash = KEYS[key], firstSeen = KEYS[key + 1] }
  key = key + 2
  if not job.queue.allowed then
    local command = missing(job.queue, job)
    if command then
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. command .. "' command")
    end
    job.queue.allowed = true
  end
  jobs[#jobs + 1] = job
end

-- LPOS came with Redis 6.0.6. The list holds what workers have popped and not yet started: a handful.
local function isStarting(queue, id)
  local found = redis.pcall('LPOS', queue.intermediate, id)
  if type(found) ~= 'table' then return found ~= false end
  for _, other in ipairs(redis.call('LRANGE', queue.intermediate, 0, 1000)) do
    if other == id then return true end
  end
  return false
end

local listed = false

local function move(job)
  local queue, id = job.queue, job.id
  if not queue.sound then return skipped('wrong-type') end
  local fields = redis.pcall('HMGET', job.hash, 'status', 'origin', 'rate_limit_key')
  if fields.err then return skipped('wrong-type') end
  local status = fields[1]
  if not status then
    if redis.call('EXISTS', job.hash) == 1 then return skipped('wrong-type') end
    redis.call('LREM', queue.list, atFront and -1 or 1, id)
    return skipped('gone')
  end
  if status == 'started' then return skipped('running', status) end
  if status ~= 'queued' then return skipped('conflict', status) end
  if fields[2] == targetName then return skipped('same-queue', status) end
  if fields[2] ~= queue.name then return skipped('moved', status) end
  if fields[3] and fields[3] ~= '' then return skipped('unsupported', status) end

  redis.call(atFront and 'LPUSH' or 'RPUSH', target, id)
  -- The removal is also the only proof that the list held it: asking first would walk the list twice.
  if redis.call('LREM', queue.list, atFront and -1 or 1, id) == 0 then
    redis.call('LREM', target, atFront and 1 or -1, id)
    return skipped(isStarting(queue, id) and 'starting' or 'not-in-queue', status)
  end
  -- RQ looks for a job where its origin says: registries, and the list of what was popped and not yet begun.
  redis.call('HSET', job.hash, 'origin', targetName)
  -- A left-over of RQ's maintenance that would fail the job's next run at once.
  redis.call('DEL', job.firstSeen)
  if not listed then
    redis.call('SADD', queues, target)
    listed = true
  end
  return 'move:done::queued'
end

local outcomes = {}
for j, job in ipairs(jobs) do
  local outcome = redis.call('HGET', marks, job.id)
  if not outcome then
    outcome = move(job)
    redis.call('HSET', marks, job.id, outcome)
  end
  outcomes[j] = outcome
end
if #jobs > 0 then redis.call('EXPIRE', marks, keep) end
return outcomes
