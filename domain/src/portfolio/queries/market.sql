-- The days after $3 up to $4 of the market of a source ($1) in a currency ($2): all headline prices that there
-- are at the ends of both a day and the one before it, summed at each of the two.
WITH series AS MATERIALIZED (
    SELECT id FROM price_series WHERE source = $1::int2 AND currency = $2::int2 AND headline
),
closes AS (
    SELECT s.id, $3::date AS day, o.amount FROM series s
    CROSS JOIN LATERAL (
        SELECT h.amount FROM price_history h
        WHERE h.series_id = s.id AND h.observed_at < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1
    ) o
    UNION ALL
    (SELECT DISTINCT ON (h.series_id, (h.observed_at AT TIME ZONE 'UTC')::date)
        h.series_id, (h.observed_at AT TIME ZONE 'UTC')::date, h.amount
    FROM series s JOIN price_history h ON h.series_id = s.id
    WHERE h.observed_at >= ($3::date + 1)::timestamp AT TIME ZONE 'UTC'
      AND h.observed_at < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
    ORDER BY h.series_id, (h.observed_at AT TIME ZONE 'UTC')::date, h.observed_at DESC, h.ingested_at DESC)
),
prices AS (
    SELECT day, amount, lag(amount) OVER (PARTITION BY id ORDER BY day) AS before FROM closes
),
turns AS (
    SELECT day, sum(coalesce(amount, 0) - coalesce(before, 0)) AS grown,
        coalesce(sum(amount) FILTER (WHERE before IS NULL), 0) AS came,
        coalesce(sum(before) FILTER (WHERE amount IS NULL), 0) AS went
    FROM prices GROUP BY day
),
totals AS (
    SELECT d::date AS day, coalesce(t.grown, 0) AS grown, coalesce(t.came, 0) AS came, coalesce(t.went, 0) AS went,
        sum(coalesce(t.grown, 0)) OVER (ORDER BY d) AS total
    FROM generate_series($3::date::timestamp, $4::date::timestamp, '1 day') AS d
    LEFT JOIN turns t ON t.day = d::date
)
INSERT INTO portfolio_market_days AS m (source, currency, day, before, after)
SELECT $1::int2, $2::int2, day, total - grown - went, total - came FROM totals
WHERE day > $3::date AND total - grown - went > 0
ON CONFLICT (source, currency, day) DO UPDATE SET before = excluded.before, after = excluded.after
WHERE (m.before, m.after) IS DISTINCT FROM (excluded.before, excluded.after)
