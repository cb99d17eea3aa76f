-- The series that values copies, of markets ($1) that say what counts ($2) by any feed ($3), before others in the
-- wanted currency ($4): as the value of today picks it. A price that was withdrawn still values what came before.
WITH wanted AS MATERIALIZED (SELECT DISTINCT printing_id, finish, condition FROM told),
codes (currency, code) AS (VALUES (1::int2, 'USD'), (2::int2, 'EUR')),
markets AS MATERIALIZED (
    SELECT r.source, r.kind, r.n, f.feed, (
        SELECT p.observed_at FROM price_slices p
        WHERE p.feed = f.feed AND p.source = r.source AND p.complete AND p.quarantined IS NULL
        ORDER BY p.observed_at DESC LIMIT 1
    ) AS observed_at
    FROM unnest($1::int2[], $2::int2[]) WITH ORDINALITY AS r (source, kind, n)
    CROSS JOIN unnest($3::int2[]) AS f (feed)
)
INSERT INTO picked (printing_id, finish, condition, series_id, currency)
SELECT DISTINCT ON (w.printing_id, w.finish, w.condition)
    w.printing_id, w.finish, w.condition, s.id AS series_id, s.currency
FROM wanted w
JOIN price_series s ON s.printing_id = w.printing_id AND s.finish = w.finish AND s.condition IN (w.condition, 1)
JOIN markets l ON l.feed = s.feed AND l.source = s.source AND l.kind = s.kind
JOIN codes o ON o.currency = s.currency
ORDER BY w.printing_id, w.finish, w.condition, s.amount IS NULL, l.n, s.condition = w.condition DESC,
    o.code = $4::text DESC, greatest(s.changed_at, l.observed_at) DESC, s.id
