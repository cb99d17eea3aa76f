-- The ends of the days from $1 to $2 in a currency ($3, number $4) for a chart by a market ($5); the first only if
-- $6. Nothing is computed per day and card: the ledger and the prices only say when something changed, and sums
-- run on.
WITH codes (currency, code) AS (VALUES (1::int2, 'USD'), (2::int2, 'EUR')),
days AS MATERIALIZED (
    SELECT d::date AS day FROM generate_series($1::date::timestamp, $2::date::timestamp, '1 day') AS d
),
rates AS MATERIALIZED (
    SELECT d.day, o.currency, f.factor FROM days d CROSS JOIN codes o
    LEFT JOIN LATERAL fx_factor(o.code, $3::text, d.day) f ON true
),
-- As long as neither the copies nor their price change.
spans AS (
    SELECT h.user_id, h.known, p.currency, greatest(h.day, p.day) AS day,
        least(h.until, p.until) AS until,
        h.copies, h.copies * p.amount AS native, h.cost
    FROM held h JOIN prices p USING (key)
    WHERE h.copies > 0 AND p.amount IS NOT NULL
      AND h.day < p.until AND p.day < h.until
),
turns AS (
    SELECT user_id, currency, day, sum(native) AS native, sum(copies) AS priced,
        coalesce(sum(native) FILTER (WHERE known), 0) AS known, coalesce(sum(cost) FILTER (WHERE known), 0) AS cost
    FROM (
        SELECT user_id, known, currency, day, native, copies, cost FROM spans
        UNION ALL
        SELECT user_id, known, currency, until, -native, -copies, -cost FROM spans WHERE until < 'infinity'
    ) AS edges GROUP BY 1, 2, 3
),
-- What came and went with copies, and where a price began, ended or passed to another market.
moved AS (
    SELECT x.user_id, x.day, sum(x.native * r.factor) AS moved
    FROM (
        SELECT h.user_id, p.currency, h.day, (h.copies - h.before) * p.amount AS native
        FROM held h
        JOIN prices p ON p.key = h.key AND p.day <= h.day AND h.day < p.until
        WHERE p.amount IS NOT NULL
        UNION ALL
        SELECT h.user_id, s.currency, p.day, h.copies * s.amount
        FROM prices p
        JOIN held h ON h.key = p.key AND h.day < p.day AND h.until >= p.day
        CROSS JOIN LATERAL (VALUES (p.currency, p.amount), (p.passed_currency, -p.passed)) AS s (currency, amount)
        WHERE p.passes AND s.amount IS NOT NULL
    ) AS x
    JOIN rates r USING (day, currency) GROUP BY 1, 2
),
books AS (
    SELECT user_id, day, sum(copies) AS copies, sum(copies * each) AS cost,
        -sum(copies * (proceeds - each)) FILTER (WHERE sold_on IS NOT NULL) AS realised,
        sum(CASE WHEN sold_on IS NOT NULL THEN copies * proceeds WHEN kind IN (1, 4, 6) THEN copies * each END) AS flows
    FROM told GROUP BY 1, 2
),
-- Copies of which nobody knows what they cost come and go at the price of the day.
gifts AS (
    SELECT t.user_id, t.day, sum(t.copies * p.amount * r.factor) AS flows
    FROM told t
    JOIN keys k USING (printing_id, finish, condition)
    JOIN prices p ON p.key = k.key AND p.day <= t.day AND t.day < p.until
    JOIN rates r ON r.day = t.day AND r.currency = p.currency
    WHERE t.each IS NULL AND t.sold_on IS NULL AND t.kind IN (1, 4, 6) AND p.amount IS NOT NULL
    GROUP BY 1, 2
),
opened AS (
    SELECT user_id, day, (sum(copies) OVER w > 0)::int - (sum(copies) OVER w - copies > 0)::int AS lots
    FROM (SELECT user_id, item_id, day, sum(copies) AS copies FROM told GROUP BY 1, 2, 3) AS c
    WINDOW w AS (PARTITION BY item_id ORDER BY day)
),
counts AS (SELECT user_id, day, sum(lots) AS lots FROM opened GROUP BY 1, 2),
grid AS (
    SELECT s.user_id, d.day FROM (SELECT user_id, min(day) AS day FROM told GROUP BY 1) AS s
    JOIN days d ON d.day >= s.day
),
valued AS (
    SELECT user_id, day, coalesce(sum(native * factor), 0) AS value, coalesce(sum(known * factor), 0) AS known,
        coalesce(sum(cost), 0) AS cost, coalesce(sum(priced) FILTER (WHERE factor IS NOT NULL), 0) AS priced
    FROM (
        SELECT g.user_id, g.day, r.factor, sum(coalesce(t.native, 0)) OVER w AS native,
            sum(coalesce(t.known, 0)) OVER w AS known, sum(coalesce(t.priced, 0)) OVER w AS priced,
            sum(coalesce(t.cost, 0)) OVER w AS cost
        FROM grid g
        JOIN rates r USING (day)
        LEFT JOIN turns t ON t.user_id = g.user_id AND t.day = g.day AND t.currency = r.currency
        WINDOW w AS (PARTITION BY g.user_id, r.currency ORDER BY g.day)
    ) AS n GROUP BY 1, 2
),
summed AS (
    SELECT g.user_id, g.day, v.value, v.known, v.cost AS priced_cost, v.priced,
        sum(coalesce(b.cost, 0)) OVER w AS cost, sum(coalesce(b.realised, 0)) OVER w AS realised,
        sum(coalesce(b.copies, 0)) OVER w AS copies, sum(coalesce(c.lots, 0)) OVER w AS lots,
        coalesce(b.flows, 0) + coalesce(f.flows, 0) AS flows, coalesce(m.moved, 0) AS moved
    FROM grid g
    JOIN valued v USING (user_id, day)
    LEFT JOIN books b USING (user_id, day)
    LEFT JOIN gifts f USING (user_id, day)
    LEFT JOIN moved m USING (user_id, day)
    LEFT JOIN counts c USING (user_id, day)
    WINDOW w AS (PARTITION BY g.user_id ORDER BY g.day)
)
INSERT INTO portfolio_snapshots AS s (user_id, currency, source, day, value, cost, unrealised, realised, flows,
    moved, lots, copies, unpriced)
SELECT user_id, $4::int2, $5::int2, day, round(value), round(cost), round(known) - round(priced_cost),
    round(realised), round(flows), round(moved), lots, greatest(copies, 0), greatest(copies - priced, 0)
FROM summed WHERE $6::bool OR day > $1::date
ON CONFLICT (user_id, currency, source, day) DO UPDATE SET value = excluded.value, cost = excluded.cost,
    unrealised = excluded.unrealised, realised = excluded.realised, flows = excluded.flows,
    moved = excluded.moved, lots = excluded.lots, copies = excluded.copies, unpriced = excluded.unpriced
WHERE (s.value, s.cost, s.unrealised, s.realised, s.flows, s.moved, s.lots, s.copies, s.unpriced) IS DISTINCT FROM
    (excluded.value, excluded.cost, excluded.unrealised, excluded.realised, excluded.flows, excluded.moved,
     excluded.lots, excluded.copies, excluded.unpriced)
