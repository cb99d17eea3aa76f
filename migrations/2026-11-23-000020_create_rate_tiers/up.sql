-- What a caller may spend: points for requests (see the description of Query in the schema), which come
-- back at a steady rate up to a most, and sockets at the same time on one process. A change holds within
-- ten seconds, without a restart.
CREATE TABLE rate_tiers (
    tier text PRIMARY KEY CHECK (tier IN ('anonymous', 'user', 'premium', 'store', 'partner')),
    burst integer NOT NULL CHECK (burst > 0),
    per_second integer NOT NULL CHECK (per_second > 0),
    sockets integer NOT NULL CHECK (sockets > 0)
);

-- Anonymous callers share what their address has, so its sockets are those of everybody behind it. A
-- page of the web app costs up to 600 points, one request at most 1,000.
INSERT INTO rate_tiers (tier, burst, per_second, sockets) VALUES
    ('anonymous', 10000, 200, 50),
    ('user', 20000, 400, 10),
    ('premium', 40000, 800, 10),
    ('store', 100000, 2000, 25),
    ('partner', 200000, 4000, 50);
