-- Hexadecimal of one length: compared as text, positions are in their order.
local known = redis.call('GET', KEYS[1])
local newest = (known and known > ARGV[1]) and known or ARGV[1]
redis.call('SET', KEYS[1], newest, 'EX', ARGV[2])
