-- Where keys have no price yet, those of the series in one place ($3) up to a day ($2) of a computation that begins
-- with another ($1): one at the beginning of each gap, and one for each day of it on which they changed.
WITH gaps AS (
    DELETE FROM quoted q USING picked k WHERE k.key = q.key AND k.place = $3::int8 AND q.amount IS NULL
    RETURNING q.key, q.day AS since, q.until, k.series_id, k.currency
),
closes AS (
    SELECT g.*, g.since AS day, (
        SELECT h.amount FROM price_history h
        WHERE h.series_id = g.series_id AND h.observed_at < (g.since + 1)::timestamp AT TIME ZONE 'UTC'
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1
    ) AS amount FROM gaps g
    UNION ALL
    (SELECT DISTINCT ON (g.key, g.since, (h.observed_at AT TIME ZONE 'UTC')::date)
        g.*, (h.observed_at AT TIME ZONE 'UTC')::date, h.amount
    FROM gaps g JOIN price_history h ON h.series_id = g.series_id
    WHERE h.observed_at >= ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
      AND h.observed_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
      AND (h.observed_at AT TIME ZONE 'UTC')::date > g.since AND (h.observed_at AT TIME ZONE 'UTC')::date < g.until
    ORDER BY g.key, g.since, (h.observed_at AT TIME ZONE 'UTC')::date, h.observed_at DESC, h.ingested_at DESC)
)
INSERT INTO quoted (key, series_id, currency, day, until, amount)
SELECT key, CASE WHEN amount IS NOT NULL THEN series_id END, currency, day, coalesce(lead(day) OVER w, until), amount
FROM closes WINDOW w AS (PARTITION BY key, since ORDER BY day)
