-- Work that must happen. A row is written in the transaction of its reason, and taken by a worker
-- under a lease; the fence counts the takings, so that what an earlier taker says late is not heard.
CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    unique_key text,
    -- What it queues behind: jobs of one lane share its limits.
    lane text NOT NULL,
    priority smallint NOT NULL,
    -- 1 queued, 2 retrying, 3 running; then ended: 4 succeeded, 5 degraded, 6 nothing to do, 7 dead,
    -- 8 cancelled, 9 discarded.
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 9),
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts > 0),
    fence bigint NOT NULL DEFAULT 0,
    worker text,
    lease_until timestamptz,
    heartbeat_at timestamptz,
    cancel_requested boolean NOT NULL DEFAULT false,
    done bigint NOT NULL DEFAULT 0,
    total bigint,
    rows bigint,
    note text,
    -- One object an attempt that failed: at, attempt, class, chain.
    errors jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT jobs_lease_check CHECK ((state = 3) = (lease_until IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
CREATE INDEX jobs_ready_idx ON jobs (lane, priority, run_at, id) WHERE state <= 2;
CREATE INDEX jobs_running_idx ON jobs (lane, lease_until) WHERE state = 3;
-- What an operator looks for; what ended well needs no index.
CREATE INDEX jobs_odd_idx ON jobs (state, id) WHERE state >= 5;
CREATE UNIQUE INDEX jobs_unique_idx ON jobs (kind, unique_key) WHERE unique_key IS NOT NULL AND state <= 3;

-- Whoever takes from a lane with limits locks its row first.
CREATE TABLE job_lanes (
    lane text PRIMARY KEY,
    -- No job of the lane starts before.
    next_at timestamptz NOT NULL
);

-- The kinds that workers of this installation can run, as they said when they started.
CREATE TABLE job_kinds (
    kind text PRIMARY KEY,
    lane text NOT NULL,
    priority smallint NOT NULL,
    max_attempts integer NOT NULL,
    capacity bigint NOT NULL,
    -- What a run should bring, and how old the last good run may be, in seconds.
    rows_expected bigint NOT NULL,
    fresh_seconds bigint
);
