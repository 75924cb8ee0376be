--[[
  Retry jobs: back to the end of their queue, as RQ's requeue does. One call takes a list; each job is checked
  and changed by itself, all its checks before its first write. The removals come last, one command a registry, and
  then the marks: all of it is one step for everybody else, whatever happens to this process.
  A job that this operation has handled before is left alone and gives its stored outcome again.

  KEYS[1]   vigia:op:…       marks of the operation: hash job id -> outcome
  KEYS[2]   rq:queues
  then three per queue: rq:failed:Q, rq:canceled:Q, rq:queue:Q
  then rq:job:ID of each job
  then three per job:   rq:job:ID:dependents, rq:job::ID:dependencies, rq:queue:Q:intermediate:first_seen:ID
  ARGV[1]   seconds that the marks live
  ARGV[2]   where the jobs were seen: failed, canceled, or empty for either
  ARGV[3]   number of queues
  then the name of each queue, then the ids of the jobs, then the number of each job's queue (from 1);
  jobs of one queue stand side by side
  Returns   per job "retry:OUTCOME:REASON:STATUS", in the order of the jobs
  Errors    NOPERM or WRONGTYPE before anything was changed
  Cost      O(jobs), about 10 µs a job
]]
-- Jobs are numbers here, and their keys places in KEYS: a table for each job costs more than the checks on it.
local call, pcall = redis.call, redis.pcall
local marks, queues = KEYS[1], KEYS[2]
local keep, place, queueCount = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local KEYS, ARGV = KEYS, ARGV
local idsAt = 3 + queueCount
local jobCount = (#ARGV - idsAt) / 2
local numbersAt = idsAt + jobCount
local hashesAt = 2 + 3 * queueCount
local rareAt = hashesAt + jobCount
-- What RQ writes for "no traceback": zlib of nothing.
local NO_TRACEBACK = '\120\156\3\0\0\0\0\1'

local function typeOk(key, wanted)
  local found = redis.call('TYPE', key).ok
  return found == 'none' or found == wanted
end

-- Redis does not roll a script back, so a missing permission must show before the first write (Redis 7 and later).
local function missing(queue, j)
  if not redis.acl_check_cmd then return nil end
  local hash = KEYS[hashesAt + j]
  local wanted = {
    { 'hset', marks, 'a', 'b' }, { 'expire', marks, '1' }, { 'sadd', queues, 'a' }, { 'rpush', queue.list, 'a' },
    { 'zrem', queue.failed, 'a' }, { 'zrem', queue.canceled, 'a' }, { 'hset', hash, 'a', 'b' },
    { 'persist', hash }, { 'expire', hash, '1' }, { 'del', KEYS[rareAt + 3 * j] },
  }
  for _, command in ipairs(wanted) do
    if not redis.acl_check_cmd(unpack(command)) then return command[1] end
  end
  return nil
end

-- Unix seconds and microseconds as RQ's text. Days to a date by the proleptic Gregorian calendar.
local function iso(time)
  local seconds, micros = tonumber(time[1]), tonumber(time[2])
  local z = math.floor(seconds / 86400) + 719468
  local era = math.floor(z / 146097)
  local dayOfEra = z - era * 146097
  local yearOfEra = math.floor((dayOfEra - math.floor(dayOfEra / 1460) + math.floor(dayOfEra / 36524)
    - math.floor(dayOfEra / 146096)) / 365)
  local dayOfYear = dayOfEra - (365 * yearOfEra + math.floor(yearOfEra / 4) - math.floor(yearOfEra / 100))
  local shifted = math.floor((5 * dayOfYear + 2) / 153)
  local day = dayOfYear - math.floor((153 * shifted + 2) / 5) + 1
  local month = shifted < 10 and shifted + 3 or shifted - 9
  local year = yearOfEra + era * 400 + (month <= 2 and 1 or 0)
  local rest = seconds % 86400
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', year, month, day,
    math.floor(rest / 3600), math.floor(rest % 3600 / 60), rest % 60, micros)
end

local function skipped(reason, status)
  return 'retry:skipped:' .. reason .. ':' .. (status or '')
end

if not typeOk(marks, 'hash') then return redis.error_reply('WRONGTYPE the marks of this operation') end

local byNumber = {}
for q = 1, queueCount do
  local first = 3 * q
  local queue = { name = ARGV[3 + q], failed = KEYS[first], canceled = KEYS[first + 1], list = KEYS[first + 2] }
  queue.sound = typeOk(queue.failed, 'zset') and typeOk(queue.canceled, 'zset') and typeOk(queue.list, 'list')
    and typeOk(queues, 'set')
  byNumber[q] = queue
end

for j = 1, jobCount do
  local queue = byNumber[tonumber(ARGV[numbersAt + j])]
  if not queue.first then
    queue.first = j
    local command = missing(queue, j)
    if command then
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. command .. "' command")
    end
  end
  queue.last = j
end
if jobCount == 0 then return {} end
-- Most jobs have none of these: one question for the whole batch instead of three commands for each job.
local anyRare = call('EXISTS', unpack(KEYS, rareAt + 1, rareAt + 3 * jobCount)) > 0

-- Whether a registry lists a job: asked once for all jobs of the queue, and still true at the job's turn, since
-- nothing but that turn changes it.
local scores = {}
local function isListed(source, queue, j, id)
  local known = scores[source]
  if known == nil then
    -- ZMSCORE is of Redis 6.2.
    known = pcall('ZMSCORE', source, unpack(ARGV, idsAt + queue.first, idsAt + queue.last))
    if known.err then known = false end
    scores[source] = known
  end
  if known then return known[j - queue.first + 1] end
  return call('ZSCORE', source, id)
end

-- Why a job stays as it is; nil when it may go back, then with its source registry and its ttl.
local function refusal(j, id, queue)
  if not queue.sound then return skipped('wrong-type') end
  local hash = KEYS[hashesAt + j]
  local fields = pcall('HMGET', hash, 'status', 'origin', 'ttl', 'rate_limit_key')
  if fields.err then return skipped('wrong-type') end
  local status = fields[1]
  if not status then
    if call('EXISTS', hash) == 1 then return skipped('wrong-type') end
    if place ~= 'canceled' then call('ZREM', queue.failed, id) end
    if place ~= 'failed' then call('ZREM', queue.canceled, id) end
    return skipped('gone')
  end
  local source
  if (status == 'failed' or status == 'stopped') and place ~= 'canceled' then source = queue.failed end
  if status == 'canceled' and place ~= 'failed' then source = queue.canceled end
  if not source then return skipped('conflict', status) end
  if fields[2] ~= queue.name then return skipped('moved', status) end
  if fields[4] and fields[4] ~= '' then return skipped('unsupported', status) end
  if not isListed(source, queue, j, id) then return skipped('not-in-registry', status) end
  -- RQ takes a hash without data for no job at all: no worker would ever run it.
  if call('HEXISTS', hash, 'data') == 0 then return skipped('wrong-type', status) end
  local ttl = tonumber(fields[3] or '')
  if ttl and ttl >= 1 and ttl < 1e10 then return nil, source, string.format('%d', ttl) end
  return nil, source
end

local enqueuedAt = iso(call('TIME'))

-- Registry -> ids to take out of it, all at once and after everything that adds.
local removals = {}

local function retry(j, id, queue, source, ttl)
  local hash = KEYS[hashesAt + j]
  call('RPUSH', queue.list, id)
  call('HSET', hash, 'status', 'queued', 'enqueued_at', enqueuedAt, 'started_at', '', 'ended_at', '',
    'exc_info', NO_TRACEBACK)
  -- RQ leaves the failure TTL on the hash: the queued job could vanish before a worker takes it.
  if ttl then call('EXPIRE', hash, ttl) else call('PERSIST', hash) end
  if anyRare then
    local rare = rareAt + 3 * (j - 1)
    for relation = rare + 1, rare + 2 do
      if ttl then call('EXPIRE', KEYS[relation], ttl) else call('PERSIST', KEYS[relation]) end
    end
    -- A left-over of RQ's maintenance that would fail the job's next run at once.
    call('DEL', KEYS[rare + 3])
  end
  if not queue.listed then
    call('SADD', queues, queue.list)
    queue.listed = true
  end
  local gone = removals[source]
  if not gone then
    gone = {}
    removals[source] = gone
  end
  gone[#gone + 1] = id
  return 'retry:done::queued'
end

local outcomes, fresh = call('HMGET', marks, unpack(ARGV, idsAt + 1, idsAt + jobCount)), {}
local toMark = {}
for j = 1, jobCount do
  local id = ARGV[idsAt + j]
  -- An id that stands twice in the list finds its own outcome of a moment ago.
  local outcome = outcomes[j] or fresh[id]
  if not outcome then
    local queue = byNumber[tonumber(ARGV[numbersAt + j])]
    local reason, source, ttl = refusal(j, id, queue)
    outcome = reason or retry(j, id, queue, source, ttl)
    fresh[id] = outcome
    toMark[#toMark + 1] = id
    toMark[#toMark + 1] = outcome
  end
  outcomes[j] = outcome
end
for source, ids in pairs(removals) do call('ZREM', source, unpack(ids)) end
if #toMark > 0 then call('HSET', marks, unpack(toMark)) end
call('EXPIRE', marks, keep)
return outcomes
