-- What users ($1) did up to a day ($3), with what it cost and brought in a currency ($4); what was before the
-- first day ($2) counts on it.
WITH RECURSIVE
-- What was taken back counts as what it took back, on the day of that.
traced AS (
    SELECT c.id, c.id AS root, c.kind, (c.at AT TIME ZONE 'UTC')::date AS day
    FROM inventory_changes c WHERE c.user_id = ANY ($1::int4[]) AND c.undoes IS NULL
    UNION ALL
    SELECT c.id, t.root, t.kind, t.day FROM inventory_changes c JOIN traced t ON c.undoes = t.id
),
-- An edit of lots that all tell when they came corrects the past; another one counts from its day on.
edits AS MATERIALIZED (
    SELECT t.root, bool_and(i.acquired_on IS NOT NULL) AS dated
    FROM traced t
    JOIN inventory_movements m ON m.change_id = t.id
    JOIN inventory_items i ON i.id = m.item_id
    WHERE t.kind = 2 GROUP BY t.root
),
moves AS MATERIALIZED (
    SELECT m.user_id, m.item_id, i.printing_id, i.finish,
        (CASE WHEN i.grade > 4 THEN i.grade - 2 ELSE (i.grade + 1) / 2 END)::int2 AS condition,
        m.copies, t.kind, i.cost, i.cost_currency, m.price, m.price_currency, m.sold_on,
        coalesce(i.acquired_on, i.held_since) AS paid_on,
        least(CASE
            WHEN m.sold_on IS NOT NULL THEN m.sold_on
            WHEN t.kind IN (1, 6) OR e.dated THEN coalesce(i.acquired_on, t.day)
            ELSE t.day END, t.day) AS day
    FROM inventory_movements m
    JOIN traced t ON t.id = m.change_id
    JOIN inventory_items i ON i.id = m.item_id
    LEFT JOIN edits e ON e.root = t.root
    WHERE m.user_id = ANY ($1::int4[])
),
paid AS MATERIALIZED (
    SELECT g.*, f.factor FROM (SELECT DISTINCT cost_currency, paid_on FROM moves WHERE cost IS NOT NULL) g
    CROSS JOIN LATERAL fx_factor(g.cost_currency, $4::text, g.paid_on) f
),
got AS MATERIALIZED (
    SELECT g.*, f.factor FROM (SELECT DISTINCT price_currency, sold_on FROM moves WHERE price IS NOT NULL) g
    CROSS JOIN LATERAL fx_factor(g.price_currency, $4::text, g.sold_on) f
)
INSERT INTO told (user_id, item_id, printing_id, finish, condition, copies, kind, sold_on, day, each, proceeds)
SELECT m.user_id, m.item_id, m.printing_id, m.finish, m.condition, m.copies, m.kind, m.sold_on,
    greatest(m.day, $2::date) AS day, m.cost * p.factor AS each, m.price * g.factor AS proceeds
FROM moves m
LEFT JOIN paid p USING (cost_currency, paid_on)
LEFT JOIN got g USING (price_currency, sold_on)
WHERE m.day <= $3::date
