DROP TABLE rate_tiers;
