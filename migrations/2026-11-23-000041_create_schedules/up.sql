-- What runs by the clock, in UTC. The name is the kind of job that a tick enqueues.
CREATE TABLE schedules (
    name text PRIMARY KEY,
    cron text NOT NULL,
    description text NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    -- Ticks before this moment are over, fired or not.
    ticked_until timestamptz NOT NULL DEFAULT now(),
    last_job_id bigint REFERENCES jobs ON DELETE SET NULL,
    -- When a run last brought what it should.
    good_at timestamptz
);

-- Each tick that fired. The key is the law: none fires twice, whoever proposes it.
CREATE TABLE schedule_ticks (
    name text NOT NULL REFERENCES schedules ON DELETE CASCADE,
    scheduled_at timestamptz NOT NULL,
    fired_at timestamptz NOT NULL,
    -- Of the scheduler that fired it.
    fence bigint NOT NULL,
    job_id bigint REFERENCES jobs ON DELETE SET NULL,
    PRIMARY KEY (name, scheduled_at)
);
CREATE INDEX schedule_ticks_job_idx ON schedule_ticks (job_id);
CREATE INDEX schedules_job_idx ON schedules (last_job_id);

-- Counts the scheduler's terms: whoever leads takes the next number, and the one before is not heard.
CREATE TABLE scheduler_terms (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    fence bigint NOT NULL
);
INSERT INTO scheduler_terms (fence) VALUES (0);

INSERT INTO schedules (name, cron, description) VALUES
    ('dispatch_price_collection', '*/15 * * * *', 'Prices of the cards in somebody''s inventory or want list, from every market'),
    ('dispatch_market_collection', '*/30 * * * *', 'Prices of the whole market, from every market'),
    ('bulk_refresh', '0 */12 * * *', 'Scryfall''s sets, printings, prices and withdrawn printings'),
    ('buylist_collection', '30 */6 * * *', 'What Card Kingdom asks and pays'),
    ('refresh_embeddings', '0 3 * * *', 'What cards are like, for similar cards'),
    ('ingest_recent_tournaments', '0 4 * * *', 'Tournaments and deck lists of TopDeck.gg'),
    ('edhrec_collection', '0 5 * * *', 'How often cards are played in Commander, by EDHREC'),
    ('news_collection', '15 */6 * * *', 'News, with the cards that they name'),
    ('run_market_analytics', '20 * * * *', 'Indexes and daily figures of the market'),
    ('generate_recommendations', '30 6 * * *', 'What to buy, hold and sell'),
    ('evaluate_outcomes', '0 7 * * *', 'What became of recommendations'),
    ('meta_signals', '30 5 * * *', 'Cards whose play changes'),
    ('supply_signals', '40 * * * *', 'Cards whose supply changes'),
    ('arbitrage_signals', '45 * * * *', 'Cards that cost less in one market than another pays'),
    ('prediction_signals', '0 6 * * *', 'Where prices are likely to go'),
    ('want_list_check', '5,20,35,50 * * * *', 'Want lists against current prices'),
    ('portfolio_snapshots', '50 23 * * *', 'What each collection is worth'),
    ('partition_maintenance', '10 * * * *', 'Partitions of the price history, months ahead'),
    ('retention', '15 2 * * *', 'Jobs, ticks and loads that are over and old'),
    ('outbox_cleanup', '25 * * * *', 'Events that nobody carried away in time'),
    ('token_cleanup', '35 * * * *', 'Links, sessions, counters and copies of accounts that are over');
