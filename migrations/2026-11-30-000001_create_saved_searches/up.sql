-- Searches that somebody comes back to.
CREATE TABLE saved_searches (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    name text NOT NULL,
    query text NOT NULL,
    -- Whether every printing counts, not every card once.
    prints boolean NOT NULL,
    -- Whether its owner is told what it finds that it did not find before.
    tells boolean NOT NULL,
    -- What it found when it was last run; null where that took too long.
    matching integer,
    counted_at timestamptz,
    -- When its owner was last told.
    told_at timestamptz,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX saved_searches_name_idx ON saved_searches (user_id, lower(name));
CREATE INDEX saved_searches_tells_idx ON saved_searches (id) WHERE tells;

-- What those find that tell.
CREATE TABLE saved_search_matches (
    search_id integer NOT NULL REFERENCES saved_searches ON DELETE CASCADE,
    -- The card, or the printing where every printing counts.
    found integer NOT NULL,
    printing_id integer NOT NULL REFERENCES printings,
    since timestamptz NOT NULL,
    -- It is found no more since then; whoever comes back soon was never away.
    left_at timestamptz,
    told boolean NOT NULL,
    PRIMARY KEY (search_id, found)
);

INSERT INTO schedules (name, cron, description) VALUES
    ('saved_search_check', '10,25,40,55 * * * *', 'What saved searches find that they did not find before');
