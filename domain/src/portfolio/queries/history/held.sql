-- Copies of what has one price, and what they cost, from one change to the next.
WITH steps AS (
    SELECT user_id, printing_id, finish, condition, each IS NOT NULL AS known, day,
        sum(copies) AS copies, coalesce(sum(copies * each), 0) AS cost
    FROM told GROUP BY 1, 2, 3, 4, 5, 6
)
INSERT INTO held (user_id, known, series_id, currency, day, until, copies, before, cost)
SELECT s.user_id, s.known, p.series_id, p.currency, s.day, coalesce(lead(s.day) OVER w, 'infinity'),
    greatest(sum(s.copies) OVER w, 0) AS copies, greatest(sum(s.copies) OVER w - s.copies, 0) AS before,
    sum(s.cost) OVER w AS cost
FROM steps s JOIN picked p USING (printing_id, finish, condition)
WINDOW w AS (PARTITION BY s.user_id, s.printing_id, s.finish, s.condition, s.known ORDER BY s.day)
