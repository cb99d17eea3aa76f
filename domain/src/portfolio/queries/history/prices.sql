-- The prices of each key from one change to the next. One that passes from a series to another, to none or from
-- none says what the one before it said last.
INSERT INTO prices (key, currency, day, until, amount, passes, passed_currency, passed)
SELECT key, currency, day, until, amount, series_id IS DISTINCT FROM lag(series_id) OVER w,
    lag(currency) OVER w, lag(amount) OVER w
FROM quoted WINDOW w AS (PARTITION BY key ORDER BY day)
