UPDATE rate_tiers t SET burst = n.burst, per_second = n.per_second
FROM (VALUES ('user', 60000, 2000, 20000, 400), ('premium', 80000, 3000, 40000, 800),
    ('store', 120000, 4000, 100000, 2000), ('partner', 240000, 8000, 200000, 4000))
    AS n (tier, burst_before, per_second_before, burst, per_second)
WHERE t.tier = n.tier AND (t.burst, t.per_second) = (n.burst_before, n.per_second_before);
