DELETE FROM schedules WHERE name = 'fx_collection';
DROP FUNCTION fx_convert(bigint, text, text, date);
DROP FUNCTION fx_rate(text, date);
DROP TABLE fx_quarantine;
DROP TABLE fx_rates;
DROP TABLE fx_days;
