-- A budget of points as the time at which it will be full again (GCRA): nothing has to be filled up by
-- anybody. Everything is in microseconds of the server's clock, which all processes share.
-- KEYS[1] the budget; ARGV: points, points of a full budget, points that come back each second.
local burst, rate = tonumber(ARGV[2]), tonumber(ARGV[3])
-- What costs more than a full budget waits for a full one.
local points = math.min(tonumber(ARGV[1]), burst)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local each = 1000000 / rate
local room = burst * each
local full = tonumber(redis.call('GET', KEYS[1]) or 0)
-- A clock that was set back, or a tier that became smaller, must not lock anybody out for long.
full = math.min(math.max(full, now), now + room)
local after = full + points * each
local wait = after - now - room
-- A point is never split: what is missing is less than what the division lost.
if wait < 1 then
  full = math.min(after, now + room)
  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.max(1, math.ceil((full - now) / 1000)))
  wait = 0
end
local available = math.floor((room - (full - now)) / each + 0.001)
return {wait == 0 and 1 or 0, available, math.ceil(wait / 1000), math.ceil((full - now) / 1000)}
