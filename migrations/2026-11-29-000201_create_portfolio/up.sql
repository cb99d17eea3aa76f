-- What one unit of a currency is worth in another at the rates of a day; no row where there is no rate. For
-- sums of many amounts, which are rounded once in the end. For FROM alone, as fx_convert is.
CREATE FUNCTION fx_factor(given text, wanted text, at date) RETURNS TABLE (factor numeric)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT 1::numeric WHERE given = wanted
    UNION ALL
    SELECT t.micros::numeric / f.micros FROM fx_rate(given, at) f CROSS JOIN fx_rate(wanted, at) t
    WHERE given <> wanted;
END;

-- Charts that somebody has looked at: their days are kept.
CREATE TABLE portfolio_charts (
    user_id integer NOT NULL REFERENCES users,
    currency smallint NOT NULL CHECK (currency IN (1, 2)),
    -- The market whose prices value it; 0 for the best that there is of each card.
    source smallint NOT NULL,
    asked_at timestamptz NOT NULL,
    -- The version of the inventory that all its days were worked out from; null before they were.
    version bigint,
    PRIMARY KEY (user_id, currency, source)
) WITH (fillfactor = 80);

-- What a collection was worth at the end of a day, in hundredths of the currency at the rates of that day.
CREATE TABLE portfolio_snapshots (
    user_id integer NOT NULL REFERENCES users,
    currency smallint NOT NULL,
    source smallint NOT NULL,
    day date NOT NULL,
    value bigint NOT NULL,
    -- Of copies whose cost is known, each at the rate of the day when it was paid.
    cost bigint NOT NULL,
    -- Of copies with a price and a known cost; of everything sold until then whose cost is known.
    unrealised bigint NOT NULL,
    realised bigint NOT NULL,
    -- Money put in on the day less what was taken out. The first day holds all before it.
    flows bigint NOT NULL,
    -- Part of the value that came or went with copies, or because they got or lost a price, at the prices of
    -- the day: what remains of the difference to the day before is what the market did.
    moved bigint NOT NULL,
    lots integer NOT NULL,
    copies bigint NOT NULL,
    -- Copies without a price.
    unpriced bigint NOT NULL,
    PRIMARY KEY (user_id, currency, source, day)
);

-- A market in which nothing comes and goes: the sum of all headline prices that there are at the ends of
-- both a day and the one before it, at each of the two. Chained they make an index.
CREATE TABLE portfolio_market_days (
    source smallint NOT NULL,
    currency smallint NOT NULL,
    day date NOT NULL,
    before bigint NOT NULL,
    after bigint NOT NULL,
    PRIMARY KEY (source, currency, day)
);

CREATE INDEX inventory_movements_sold_idx ON inventory_movements (user_id) WHERE price IS NOT NULL;
