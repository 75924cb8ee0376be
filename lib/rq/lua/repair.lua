--[[
  Repair jobs that are listed as started and whose worker is gone: back into their queue, or what RQ's own cleanup
  makes of them (a retry where retries are left, else failed). One call takes a list; each job is checked and
  changed by itself, all its checks before its first write, the adding write before the removing one. Whether the
  worker is gone is asked here again, by the rule of lib/rq/gone.ts.
  A job that this operation has handled before is left alone and gives its stored outcome again.

  KEYS[1]   vigia:op:…       marks of the operation: hash job id -> outcome
  KEYS[2]   rq:queues
  then four per queue: rq:wip:Q, rq:queue:Q, rq:failed:Q, rq:scheduled:Q
  then seven per job:  rq:job:ID, rq:job:ID:dependents, rq:job::ID:dependencies,
                       rq:queue:Q:intermediate:first_seen:ID, rq:results:ID, rq:executions:ID, rq:worker:W,
                       and rq:execution:ID:EX of each of its entries that is an execution
  ARGV[1]   seconds that the marks live
  ARGV[2]   enqueue or fail
  ARGV[3]   now, as RQ's text
  ARGV[4]   seconds by which a deadline must have passed to count against a worker that lives
  ARGV[5]   why it failed: zlib, and as ARGV[6] the same in base64
  ARGV[7]   number of queues
  then the name of each queue, then per job: its id, the number of its queue (from 1), its worker (or empty),
  1 when a job waits on it that runs after a failure too, the number of its entries in rq:wip:Q, and per entry the
  member and its execution (empty for the bare id of RQ 1.16)
  Returns   per job "repair:OUTCOME:REASON:STATUS", in the order of the jobs
  Errors    NOPERM or WRONGTYPE before anything was changed
  Cost      O(jobs)
]]
local marks, queues = KEYS[1], KEYS[2]
local keep, mode, nowText, slack = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local whyHash, whyResult, queueCount = ARGV[5], ARGV[6], tonumber(ARGV[7])
-- RQ's default, one year.
local FAILURE_TTL = 31536000

local function typeOk(key, wanted)
  local found = redis.call('TYPE', key).ok
  return found == 'none' or found == wanted
end

-- Redis does not roll a script back, so a missing permission must show before the first write (Redis 7 and later).
local function missing(queue, job)
  if not redis.acl_check_cmd then return nil end
  local wanted = {
    { 'hset', marks, 'a', 'b' }, { 'expire', marks, '1' }, { 'sadd', queues, 'a' }, { 'rpush', queue.list, 'a' },
    { 'lpush', queue.list, 'a' }, { 'zadd', queue.failed, '0', 'a' }, { 'zadd', queue.scheduled, '0', 'a' },
    { 'zrem', queue.wip, 'a' }, { 'hset', job.hash, 'a', 'b' }, { 'persist', job.hash }, { 'expire', job.hash, '1' },
    { 'del', job.firstSeen }, { 'xadd', job.results, '*', 'a', 'b' }, { 'zrem', job.executions, 'a' },
    { 'hmget', job.worker, 'a' },
  }
  for _, command in ipairs(wanted) do
    if not redis.acl_check_cmd(unpack(command)) then return command[1] end
  end
  return nil
end

local function skipped(reason, status)
  return 'repair:skipped:' .. reason .. ':' .. (status or '')
end

if not typeOk(marks, 'hash') then return redis.error_reply('WRONGTYPE the marks of this operation') end

local byNumber = {}
for q = 1, queueCount do
  local first = 4 * q - 1
  local queue = {
    name = ARGV[7 + q], wip = KEYS[first], list = KEYS[first + 1], failed = KEYS[first + 2], scheduled = KEYS[first + 3],
  }
  queue.sound = typeOk(queue.wip, 'zset') and typeOk(queue.list, 'list') and typeOk(queue.failed, 'zset')
    and typeOk(queue.scheduled, 'zset') and typeOk(queues, 'set')
  byNumber[q] = queue
end

local jobs = {}
local key, arg = 3 + 4 * queueCount, 8 + queueCount
while arg <= #ARGV do
  local job = {
    id = ARGV[arg], queue = byNumber[tonumber(ARGV[arg + 1])], workerName = ARGV[arg + 2], hasHeirs = ARGV[arg + 3] == '1',
    hash = KEYS[key], dependents = KEYS[key + 1], dependencies = KEYS[key + 2], firstSeen = KEYS[key + 3],
    results = KEYS[key + 4], executions = KEYS[key + 5], worker = KEYS[key + 6], entries = {},
  }
  key = key + 7
  local entryCount = tonumber(ARGV[arg + 4])
  arg = arg + 5
  for e = 1, entryCount do
    local entry = { member = ARGV[arg] }
    if ARGV[arg + 1] ~= '' then
      entry.execution, entry.key = ARGV[arg + 1], KEYS[key]
      job.hasExecution = true
      key = key + 1
    end
    job.entries[e] = entry
    arg = arg + 2
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

local time = redis.call('TIME')
local seconds = tonumber(time[1])
local now = seconds + tonumber(time[2]) / 1e6

-- The rule of lib/rq/gone.ts: a worker without a hash is gone at once; of one that lives, only what it no longer
-- says it runs, or what is long past its deadline.
local function isGone(job, deadline)
  local crew = { false, false, false }
  if job.workerName ~= '' then
    crew = redis.call('HMGET', job.worker, 'birth', 'death', 'current_job')
    local alive = crew[1] and crew[1] ~= '' and not (crew[2] and crew[2] ~= '')
    if not alive then return true end
  end
  if deadline > now then return false end
  return crew[3] ~= job.id or deadline < now - slack
end

local function expire(job, ttl)
  for _, name in ipairs({ job.hash, job.dependents, job.dependencies }) do redis.call('EXPIRE', name, ttl) end
end

local function keepAll(job)
  for _, name in ipairs({ job.hash, job.dependents, job.dependencies }) do redis.call('PERSIST', name) end
end

local function push(job, command)
  redis.call(command, job.queue.list, job.id)
  redis.call('SADD', queues, job.queue.list)
  -- A left-over of RQ's maintenance that would fail the job's next run at once.
  redis.call('DEL', job.firstSeen)
end

-- As RQ's requeue: back to the end, with no trace of the attempt that was lost.
local function enqueue(job, fields)
  push(job, 'RPUSH')
  redis.call('HSET', job.hash, 'status', 'queued', 'enqueued_at', nowText, 'started_at', '', 'ended_at', '')
  local ttl = tonumber(fields.ttl or '')
  if ttl and ttl >= 1 and ttl < 1e10 then expire(job, string.format('%d', ttl)) else keepAll(job) end
  return 'queued'
end

-- The pause before the next attempt, as RQ counts it; 0 without one.
local function pauseOf(fields, left)
  local read, intervals = pcall(cjson.decode, fields.retry_intervals or '')
  if not read or type(intervals) ~= 'table' then return 0 end
  return tonumber(intervals[math.max(#intervals - left, 0) + 1]) or 0
end

-- As RQ's own retry of an attempt that failed.
local function retry(job, fields, left)
  local pause = pauseOf(fields, left)
  local status
  if pause > 0 then
    status = 'scheduled'
    redis.call('ZADD', job.queue.scheduled, string.format('%d', seconds + pause), job.id)
    redis.call('SADD', queues, job.queue.list)
    redis.call('HSET', job.hash, 'status', status, 'retries_left', string.format('%d', left - 1))
  else
    status = 'queued'
    push(job, fields.enqueue_at_front_on_retry == '1' and 'LPUSH' or 'RPUSH')
    redis.call('HSET', job.hash, 'status', status, 'retries_left', string.format('%d', left - 1), 'enqueued_at', nowText)
    local ttl = tonumber(fields.ttl or '')
    if ttl and ttl >= 1 and ttl < 1e10 then expire(job, string.format('%d', ttl)) end
  end
  return status
end

-- As RQ's cleanup of an abandoned job. Where the reason is kept depends on the version that wrote the entry.
local function fail(job, fields)
  local given = tonumber(fields.failure_ttl or '')
  local ttl = given or FAILURE_TTL
  local score = ttl < 0 and string.format('%d', ttl) or string.format('%d', seconds + ttl)
  redis.call('ZADD', job.queue.failed, score, job.id)
  redis.call('HSET', job.hash, 'status', 'failed')
  if job.hasExecution then
    redis.call('XADD', job.results, 'MAXLEN', '~', '10', '*', 'type', '2', 'worker_name', '', 'exc_string', whyResult)
    if given and given > 0 then redis.call('EXPIRE', job.results, string.format('%d', given)) end
    if given and given < 0 then redis.call('PERSIST', job.results) end
  else
    redis.call('HSET', job.hash, 'exc_info', whyHash)
  end
  if ttl > 0 then expire(job, string.format('%d', ttl)) end
  return 'failed'
end

local READ = { 'status', 'origin', 'worker_name', 'rate_limit_key', 'ttl', 'failure_ttl', 'retries_left',
  'retry_intervals', 'enqueue_at_front_on_retry' }

local function repair(job)
  local queue, id = job.queue, job.id
  if not queue.sound then return skipped('wrong-type') end
  for _, name in ipairs({ 'results', 'executions', 'worker' }) do
    local wanted = name == 'results' and 'stream' or name == 'executions' and 'zset' or 'hash'
    if not typeOk(job[name], wanted) then return skipped('wrong-type') end
  end
  local read = redis.pcall('HMGET', job.hash, unpack(READ))
  if read.err then return skipped('wrong-type') end
  local fields = {}
  for f, name in ipairs(READ) do fields[name] = read[f] or nil end
  local status = fields.status
  if not status then return skipped(redis.call('EXISTS', job.hash) == 1 and 'wrong-type' or 'gone') end
  if status ~= 'started' then return skipped('not-running', status) end
  if fields.origin ~= queue.name then return skipped('moved', status) end
  -- Somebody else runs it by now.
  if (fields.worker_name or '') ~= job.workerName then return skipped('conflict', status) end
  if fields.rate_limit_key and fields.rate_limit_key ~= '' then return skipped('unsupported', status) end
  local deadline
  for _, entry in ipairs(job.entries) do
    local score = tonumber(redis.call('ZSCORE', queue.wip, entry.member) or '')
    if score and (not deadline or score > deadline) then deadline = score end
  end
  if not deadline then return skipped('not-in-registry', status) end
  if not isGone(job, deadline) then return skipped('worker-alive', status) end
  -- RQ takes a hash without data for no job at all: no worker would ever run it.
  if redis.call('HEXISTS', job.hash, 'data') == 0 then return skipped('wrong-type', status) end

  local left = tonumber(fields.retries_left or '') or 0
  local became
  if mode == 'enqueue' then
    became = enqueue(job, fields)
  elseif left > 0 then
    became = retry(job, fields, left)
  else
    if job.hasHeirs then return skipped('dependents', status) end
    -- RQ would delete it on the spot.
    if tonumber(fields.failure_ttl or '') == 0 then return skipped('not-kept', status) end
    became = fail(job, fields)
  end
  for _, entry in ipairs(job.entries) do
    redis.call('ZREM', queue.wip, entry.member)
    if entry.execution then
      redis.call('DEL', entry.key)
      redis.call('ZREM', job.executions, entry.execution)
    end
  end
  return 'repair:done::' .. became
end

local outcomes = {}
for j, job in ipairs(jobs) do
  local outcome = redis.call('HGET', marks, job.id)
  if not outcome then
    outcome = repair(job)
    redis.call('HSET', marks, job.id, outcome)
  end
  outcomes[j] = outcome
end
if #jobs > 0 then redis.call('EXPIRE', marks, keep) end
return outcomes
