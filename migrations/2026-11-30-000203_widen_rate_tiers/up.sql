-- Somebody who scrolls through fifty thousand lots reads pages of 50 for some 450 points each: twenty times a
-- second for a moment, and a few times a second for as long as they like. Such a page takes some ten
-- milliseconds of a processor. Rows that an operator changed stay.
UPDATE rate_tiers t SET burst = n.burst, per_second = n.per_second
FROM (VALUES ('user', 20000, 400, 60000, 2000), ('premium', 40000, 800, 80000, 3000),
    ('store', 100000, 2000, 120000, 4000), ('partner', 200000, 4000, 240000, 8000))
    AS n (tier, burst_before, per_second_before, burst, per_second)
WHERE t.tier = n.tier AND (t.burst, t.per_second) = (n.burst_before, n.per_second_before);
