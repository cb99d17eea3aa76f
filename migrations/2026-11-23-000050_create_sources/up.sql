-- What is remembered of each outside service between visits: what tells whether its files changed, its
-- circuit breaker, and how the last visits ended. Health reads it.
CREATE TABLE source_states (
    service smallint PRIMARY KEY,
    -- By address: the ETag and Last-Modified of files that were used.
    validators jsonb NOT NULL DEFAULT '{}',
    -- Failures in a row; after five nothing is asked until open_until, then two answers close the breaker.
    failures integer NOT NULL DEFAULT 0,
    answers integer NOT NULL DEFAULT 0,
    open_until timestamptz,
    visited_at timestamptz NOT NULL,
    succeeded_at timestamptz,
    failed_at timestamptz,
    fault text,
    error text,
    -- Why the last visit brought less than it should have, though it did not fail.
    degraded text,
    -- Of the last visit that brought something.
    observed_at timestamptz,
    rows bigint NOT NULL DEFAULT 0,
    matched bigint NOT NULL DEFAULT 0,
    unmatched bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0
);

-- Products that belong to no printing of ours: of each feed those of the last visit that are worth most.
CREATE TABLE unmatched_products (
    feed smallint NOT NULL,
    product text NOT NULL,
    name text NOT NULL,
    reason smallint NOT NULL CHECK (reason BETWEEN 1 AND 4),
    amount bigint,
    first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (feed, product)
);
CREATE INDEX unmatched_products_amount_idx ON unmatched_products (feed, (coalesce(amount, 0)) DESC, product);
