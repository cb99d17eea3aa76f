-- The series of each key in their order.
INSERT INTO picked (key, place, series_id, currency)
SELECT k.key, p.place, s.id, s.currency
FROM (SELECT DISTINCT key, series FROM keys) AS k
CROSS JOIN LATERAL unnest(k.series) WITH ORDINALITY AS p (id, place)
JOIN price_series s ON s.id = p.id
