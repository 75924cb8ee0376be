--[[
  Ask workers to stop the jobs that they run. Nothing of a job is written: the worker kills its work-horse and
  moves the job itself. A job that this operation has asked for before is not asked for again: its worker may run
  it a second time by now. Nor does another operation tell a worker again about the same run, it only looks on: a
  worker that hears of a stop after its work-horse is gone, and before it has moved the job, kills itself.

  KEYS[1]   vigia:op:…       marks of the operation: hash job id -> outcome
  then three per job: rq:job:ID, rq:worker:W, vigia:stop:ID = the run that its worker has been told to stop
  ARGV[1]   seconds that the marks live
  ARGV[2]   seconds after which a worker may be told again about the same run
  then per job: its id, the worker W, the channel rq:pubsub:W, the command as JSON text
  Returns   per job "stop:OUTCOME:REASON:STATUS"; outcome pending = the worker has been told, now or before
  Errors    NOPERM or WRONGTYPE before anything was changed
  Cost      O(jobs)
]]
local marks, keep, again = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local kind = redis.call('TYPE', marks).ok
if kind ~= 'none' and kind ~= 'hash' then return redis.error_reply('WRONGTYPE the marks of this operation') end

-- Redis does not roll a script back, so a missing permission must show before the first write (Redis 7 and later).
if redis.acl_check_cmd and #ARGV > 2 then
  for _, command in ipairs({ { 'hset', marks, 'a', 'b' }, { 'expire', marks, '1' }, { 'hset', KEYS[4], 'a', 'b' },
    { 'expire', KEYS[4], '1' }, { 'publish', ARGV[5], 'a' } }) do
    if not redis.acl_check_cmd(unpack(command)) then
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. command[1] .. "' command")
    end
  end
end

local function skipped(reason, status)
  return 'stop:skipped:' .. reason .. ':' .. (status or '')
end

local function stop(id, job, worker, workerHash, told, channel, command)
  local fields = redis.pcall('HMGET', job, 'status', 'worker_name', 'started_at')
  if fields.err then return skipped('wrong-type') end
  local status = fields[1]
  if not status then return skipped(redis.call('EXISTS', job) == 1 and 'wrong-type' or 'gone') end
  if status ~= 'started' then return skipped('not-running', status) end
  if not fields[2] or fields[2] == '' then return skipped('no-worker-name', status) end
  if fields[2] ~= worker then return skipped('conflict', status) end
  local crew = redis.pcall('HMGET', workerHash, 'birth', 'death', 'current_job')
  if crew.err or not crew[1] or crew[2] then return skipped('worker-gone', status) end
  -- A version that keeps no current_job cannot be asked; its worker compares the id itself.
  if crew[3] and crew[3] ~= id then return skipped('worker-gone', status) end
  local run = worker .. ' ' .. (fields[3] or '')
  local before = redis.pcall('HGET', told, 'run')
  if type(before) == 'table' then return skipped('wrong-type', status) end
  if before == run then return 'stop:pending::started' end
  if redis.call('PUBLISH', channel, command) < 1 then return skipped('worker-gone', status) end
  redis.call('HSET', told, 'run', run)
  redis.call('EXPIRE', told, again)
  return 'stop:pending::started'
end

local outcomes = {}
for j = 1, (#ARGV - 2) / 4 do
  local arg, key = 4 * j - 1, 3 * j - 1
  local id = ARGV[arg]
  local outcome = redis.call('HGET', marks, id)
  if not outcome then
    outcome = stop(id, KEYS[key], ARGV[arg + 1], KEYS[key + 1], KEYS[key + 2], ARGV[arg + 2], ARGV[arg + 3])
    redis.call('HSET', marks, id, outcome)
  end
  outcomes[j] = outcome
end
if #outcomes > 0 then redis.call('EXPIRE', marks, keep) end
return outcomes
