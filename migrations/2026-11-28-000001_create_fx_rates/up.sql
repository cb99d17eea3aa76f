-- Days that exchange rates were published for. A weekend or a holiday has none: the last day before counts.
CREATE TABLE fx_days (
    day date PRIMARY KEY,
    -- 1 the European Central Bank, 2 simulated: those of a demo market. A database has one of them.
    source smallint NOT NULL CHECK (source IN (1, 2)),
    stored_at timestamptz NOT NULL
);

-- Units of a currency for one euro, in millionths: whole numbers, as exact as the bank writes them.
CREATE TABLE fx_rates (
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$' AND currency NOT IN ('EUR', 'TIX')),
    day date NOT NULL REFERENCES fx_days,
    micros bigint NOT NULL CHECK (micros > 0),
    -- In this order it finds the last rate of a currency before a day.
    PRIMARY KEY (currency, day) INCLUDE (micros)
);
CREATE INDEX fx_rates_day_idx ON fx_rates (day);

-- Rates that nobody should believe: they jump too far away from the one before.
CREATE TABLE fx_quarantine (
    currency text NOT NULL,
    day date NOT NULL,
    micros bigint NOT NULL,
    -- What was believed before.
    before_micros bigint NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (currency, day)
);

-- The rate of a currency that counts on a day: that of the last day up to then. A currency that the bank
-- gave up more than ten days before its last word has none; while the bank is silent, its last word stays.
-- For FROM alone, where Postgres puts it into the query around it.
CREATE FUNCTION fx_rate(wanted text, at date) RETURNS TABLE (rate_day date, micros bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT at, 1000000::bigint WHERE wanted = 'EUR'
    UNION ALL
    SELECT r.day, r.micros
    FROM (
        SELECT f.day, f.micros FROM fx_rates f
        WHERE f.currency = wanted AND f.day <= at ORDER BY f.day DESC LIMIT 1
    ) r
    WHERE r.day >= (SELECT max(d.day) FROM fx_days d WHERE d.day <= at) - 10;
END;

-- An amount in hundredths of one currency as hundredths of another, at the rates of a day, by way of the
-- euro, rounded half to even once; and the day of the older rate. No row where there is no rate. What needs
-- no conversion needs no rate either. Use it as
--     LEFT JOIN LATERAL fx_convert(cost, cost_currency, 'EUR', acquired_on) c ON true
CREATE FUNCTION fx_convert(amount bigint, given text, wanted text, at date)
RETURNS TABLE (converted bigint, rate_day date)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT amount, at WHERE given = wanted
    UNION ALL
    SELECT (sign(amount::numeric) * r.rounded)::bigint, least(f.rate_day, t.rate_day)
    FROM fx_rate(given, at) f
    CROSS JOIN fx_rate(wanted, at) t
    CROSS JOIN LATERAL (SELECT abs(amount::numeric) * t.micros AS product) p
    CROSS JOIN LATERAL (
        SELECT div(p.product, f.micros::numeric) AS whole, 2 * mod(p.product, f.micros::numeric) AS twice
    ) q
    CROSS JOIN LATERAL (
        SELECT q.whole + CASE
            WHEN q.twice > f.micros OR q.twice = f.micros AND mod(q.whole, 2) = 1 THEN 1 ELSE 0
        END AS rounded
    ) r
    WHERE given <> wanted AND r.rounded <= 9223372036854775807;
END;

INSERT INTO schedules (name, cron, description) VALUES
    ('fx_collection', '30 16 * * 1-5', 'Exchange rates of the European Central Bank');
