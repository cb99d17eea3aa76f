-- The series that may value copies, of markets ($1) that say what counts ($2) by any feed ($3), before others in the
-- wanted currency ($4): in the order in which the value of today asks them, which takes the first that has a price.
-- What has the same ones has the same key.
WITH codes (currency, code) AS (VALUES (1::int2, 'USD'), (2::int2, 'EUR')),
markets AS MATERIALIZED (
    SELECT r.source, r.kind, r.n, f.feed, (
        SELECT p.observed_at FROM price_slices p
        WHERE p.feed = f.feed AND p.source = r.source AND p.complete AND p.quarantined IS NULL
        ORDER BY p.observed_at DESC LIMIT 1
    ) AS observed_at
    FROM unnest($1::int2[], $2::int2[]) WITH ORDINALITY AS r (source, kind, n)
    CROSS JOIN unnest($3::int2[]) AS f (feed)
),
wanted AS (SELECT DISTINCT printing_id, finish, condition FROM told)
INSERT INTO keys (key, printing_id, finish, condition, series)
SELECT dense_rank() OVER (ORDER BY series), printing_id, finish, condition, series
FROM (
    SELECT w.printing_id, w.finish, w.condition, array_agg(s.id ORDER BY l.n, s.condition = w.condition DESC,
        o.code = $4::text DESC, greatest(s.changed_at, l.observed_at) DESC, s.id) AS series
    FROM wanted w
    JOIN price_series s ON s.printing_id = w.printing_id AND s.finish = w.finish AND s.condition IN (w.condition, 1)
    JOIN markets l ON l.feed = s.feed AND l.source = s.source AND l.kind = s.kind
    JOIN codes o ON o.currency = s.currency
    GROUP BY 1, 2, 3
) AS asked
