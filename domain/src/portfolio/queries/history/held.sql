-- Copies of what has one price, and what they cost, from one change to the next.
WITH steps AS (
    SELECT t.user_id, k.key, t.each IS NOT NULL AS known, t.day,
        sum(t.copies) AS copies, coalesce(sum(t.copies * t.each), 0) AS cost
    FROM told t JOIN keys k USING (printing_id, finish, condition) GROUP BY 1, 2, 3, 4
)
INSERT INTO held (user_id, known, key, day, until, copies, before, cost)
SELECT user_id, known, key, day, coalesce(lead(day) OVER w, 'infinity'),
    greatest(sum(copies) OVER w, 0) AS copies, greatest(sum(copies) OVER w - copies, 0) AS before,
    sum(cost) OVER w AS cost
FROM steps WINDOW w AS (PARTITION BY user_id, key, known ORDER BY day)
