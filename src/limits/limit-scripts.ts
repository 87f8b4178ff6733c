/**
 * What nodes do in Valkey, each in one step. Names: `farebox:limits:era` since when nothing was lost, `…:server` by what that is known, `…:live` until when each process of a
 * node counts (a sorted set), `…:since` from which window on it does, `…:mode:<window>` who grants in a window, `…:requests|tokens:<window>:<name>`
 * what was handed out of a limit, `…:places:<name>` the same of places, by process. All of it expires. A window is its number since 1970.
 *
 * Source: EVAL and scripts, https://valkey.io/topics/eval-intro/ (2026-11-27)
 */
const BEGIN = `
local P = 'farebox:limits:'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[1]) then return {'late', now} end
local tag = ARGV[2]
local window = math.floor(now / 60000)
`

/**
 * Counts can be lost and the rest stay: a server that starts again, or follows another, may have what was some time ago, and one that is full
 * lets go of what it likes. So it is asked who it is and how often it did that, before anything is handed out; where that is another answer than
 * the last one, nobody counts and nothing more is handed out in this window. One that may not be asked is taken at its word.
 *
 * Source: INFO, https://valkey.io/commands/info/ (2026-11-29)
 */
const LOST = `
local function told(section, name)
  local info = redis.pcall('INFO', section)
  return type(info) == 'string' and string.match(info, name .. ':(%w+)') or '-'
end
local server = told('server', 'run_id') .. ' ' .. told('stats', 'evicted_keys')
local isLost = redis.call('GET', P .. 'server') ~= server
if isLost then
  redis.call('SET', P .. 'server', server, 'PX', 600000)
  redis.call('SET', P .. 'era', window, 'PX', 600000)
  redis.call('SET', P .. 'mode:' .. window, 'closed', 'PX', 120000)
  redis.call('DEL', P .. 'live', P .. 'since')
end
`

/**
 * A process of a node counts from here on, or goes on to. ARGV: deadline, tag, milliseconds it counts for, what tags of its node begin with (others of it
 * count no more). It counts by the last thing that it does, so that one that may not do all of it counts nobody. Answers
 * {'joined' or 'kept', now}, or {'late', now} after the deadline.
 */
export const JOIN = `${BEGIN}${LOST}
if redis.call('SET', P .. 'era', window, 'NX', 'PX', 600000) == false then redis.call('PEXPIRE', P .. 'era', 600000) end
redis.call('PEXPIRE', P .. 'server', 600000)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', P .. 'live', '-inf', now)) do
  redis.call('ZREM', P .. 'live', gone)
  redis.call('HDEL', P .. 'since', gone)
end
for _, other in ipairs(redis.call('ZRANGE', P .. 'live', 0, -1)) do
  if other ~= tag and string.sub(other, 1, #ARGV[4]) == ARGV[4] then
    redis.call('ZREM', P .. 'live', other)
    redis.call('HDEL', P .. 'since', other)
  end
end
local from = window + 1
if now % 60000 > 55000 then from = window + 2 end
local isNew = redis.call('HSETNX', P .. 'since', tag, from)
redis.call('PEXPIRE', P .. 'since', 600000)
redis.call('ZADD', P .. 'live', now + ARGV[3], tag)
redis.call('PEXPIRE', P .. 'live', 600000)
if isNew == 1 then return {'joined', now} end
return {'kept', now}
`

/**
 * Hands out of limits, or takes back. ARGV: deadline, tag, how many nodes there are, then for each: kind, name, limit, amount, amount ahead,
 * window. A negative amount is given back; 'declared' are places in use, whatever there is. Answers {'leased', now, who grants, then for each
 * what was handed out and what is left}, or {'late', now}, or {'unjoined', now}.
 */
export const LEASE = `${BEGIN}
local nodes = tonumber(ARGV[3])
local live = {}
local counted = 0
for _, other in ipairs(redis.call('ZRANGEBYSCORE', P .. 'live', now, '+inf')) do
  live[other] = true
  local since = redis.call('HGET', P .. 'since', other)
  if since and tonumber(since) <= window then counted = counted + 1 end
end
if not live[tag] then return {'unjoined', now} end
${LOST}
if isLost then return {'unjoined', now} end
local mode = redis.call('GET', P .. 'mode:' .. window)
if not mode then
  local era = redis.call('GET', P .. 'era')
  if not era or tonumber(era) >= window then mode = 'closed' elseif counted >= nodes then mode = 'shared' else mode = 'alone' end
  redis.call('SET', P .. 'mode:' .. window, mode, 'PX', 120000)
end
local answer = {'leased', now, mode}
for i = 4, #ARGV, 6 do
  local kind, name, limit = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local amount, ahead, ofWindow = tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4]), tonumber(ARGV[i + 5])
  local given, room = 0, 0
  if kind == 'places' or kind == 'declared' then
    local key = P .. 'places:' .. name
    local own, sum = 0, 0
    local fields = redis.call('HGETALL', key)
    for j = 1, #fields, 2 do
      if not live[fields[j]] then redis.call('HDEL', key, fields[j])
      else
        sum = sum + fields[j + 1]
        if fields[j] == tag then own = tonumber(fields[j + 1]) end
      end
    end
    if mode == 'shared' then room = limit - sum
    elseif mode == 'alone' then room = math.floor(limit / nodes) - own
    else room = math.floor(limit / nodes / nodes) - own end
    if amount < 0 then given = math.max(amount, -own)
    elseif kind == 'declared' then given = amount
    else given = math.max(0, math.min(room, amount + math.min(ahead, math.max(0, math.floor(room / (4 * nodes)))))) end
    if given ~= 0 then redis.call('HINCRBY', key, tag, given) end
    redis.call('PEXPIRE', key, 3600000)
  elseif ofWindow == window and mode == 'shared' then
    local key = P .. kind .. ':' .. window .. ':' .. name
    local total = tonumber(redis.call('GET', key) or '0')
    room = limit - total
    if amount < 0 then given = math.max(amount, -total)
    else given = math.max(0, math.min(room, amount + math.min(ahead, math.max(0, math.floor(room / (4 * nodes)))))) end
    if given ~= 0 then
      redis.call('INCRBY', key, given)
      redis.call('PEXPIRE', key, 120000)
    end
  end
  answer[#answer + 1] = given
  answer[#answer + 1] = math.max(0, room - given)
end
return answer
`
