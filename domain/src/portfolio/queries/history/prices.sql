-- The prices at the end of a day ($1), and of each day up to another ($2) on which they changed.
WITH series AS MATERIALIZED (SELECT DISTINCT series_id FROM picked),
closes AS (
    SELECT s.series_id, $1::date AS day, o.amount FROM series s
    CROSS JOIN LATERAL (
        SELECT h.amount FROM price_history h
        WHERE h.series_id = s.series_id AND h.observed_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1
    ) o
    UNION ALL
    (SELECT DISTINCT ON (h.series_id, (h.observed_at AT TIME ZONE 'UTC')::date)
        h.series_id, (h.observed_at AT TIME ZONE 'UTC')::date, h.amount
    FROM series s JOIN price_history h ON h.series_id = s.series_id
    WHERE h.observed_at >= ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
      AND h.observed_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
    ORDER BY h.series_id, (h.observed_at AT TIME ZONE 'UTC')::date, h.observed_at DESC, h.ingested_at DESC)
)
INSERT INTO prices (series_id, day, until, amount, before)
SELECT series_id, day, coalesce(lead(day) OVER w, 'infinity'), amount, lag(amount) OVER w
FROM closes WINDOW w AS (PARTITION BY series_id ORDER BY day)
