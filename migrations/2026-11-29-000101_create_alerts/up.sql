-- What somebody wants to be told of: a rule about a price, and how far it is.
CREATE TABLE alerts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    -- The row of a want list that it belongs to.
    want_id integer REFERENCES wants ON DELETE CASCADE,
    name text,
    -- A printing; or printings of a card, of a set, or of both.
    printing_id integer REFERENCES printings,
    card_id integer REFERENCES cards,
    set_id integer REFERENCES mtg_sets,
    finish smallint,
    source smallint,
    -- 1 what copies cost, 2 what stores pay.
    book smallint NOT NULL CHECK (book BETWEEN 1 AND 2),
    -- This state of the copies or a better one; near mint where nothing is said.
    condition smallint,
    currency smallint NOT NULL,
    -- 1 below, 2 above, 3 moved, 4 back in stock, 5 spread.
    rule smallint NOT NULL CHECK (rule BETWEEN 1 AND 5),
    -- In hundredths.
    amount bigint CHECK (amount > 0),
    -- In hundredths of a per cent.
    percent integer CHECK (percent > 0),
    -- 1 up, 2 down, 3 either.
    direction smallint CHECK (direction BETWEEN 1 AND 3),
    window_days integer CHECK (window_days BETWEEN 1 AND 365),
    anchor bigint CHECK (anchor > 0),
    persistence_minutes integer NOT NULL CHECK (persistence_minutes >= 0),
    -- Beyond the threshold, in hundredths of a per cent of it.
    band integer NOT NULL CHECK (band >= 0),
    daily_limit integer NOT NULL CHECK (daily_limit > 0),
    announce_met boolean NOT NULL,
    paused boolean NOT NULL DEFAULT false,
    snoozed_until timestamptz,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT alerts_subject_check CHECK (
        (printing_id IS NOT NULL AND card_id IS NULL AND set_id IS NULL)
        OR (printing_id IS NULL AND (card_id IS NOT NULL OR set_id IS NOT NULL))),
    CONSTRAINT alerts_trigger_check CHECK (
        (rule IN (1, 2)) = (amount IS NOT NULL) AND (rule IN (3, 5)) = (percent IS NOT NULL)
        AND (rule = 3) = (direction IS NOT NULL) AND (rule = 3) = (window_days IS NOT NULL OR anchor IS NOT NULL)
        AND (window_days IS NULL OR anchor IS NULL))
);
CREATE INDEX alerts_user_idx ON alerts (user_id, id);
CREATE UNIQUE INDEX alerts_want_idx ON alerts (want_id) WHERE want_id IS NOT NULL;
CREATE INDEX alerts_printing_idx ON alerts (printing_id) WHERE printing_id IS NOT NULL AND NOT paused;
CREATE INDEX alerts_card_idx ON alerts (card_id) WHERE card_id IS NOT NULL AND NOT paused;
CREATE INDEX alerts_set_idx ON alerts (set_id) WHERE set_id IS NOT NULL AND card_id IS NULL AND NOT paused;

-- How far each alert is: narrow, for every price that lands writes it.
CREATE TABLE alert_states (
    alert_id integer PRIMARY KEY REFERENCES alerts ON DELETE CASCADE,
    -- Counts what the owner changed: a look that began before writes nothing.
    version integer NOT NULL DEFAULT 1,
    -- 0 new, 1 armed, 2 pending, 3 fired, 4 re-arming; and since when.
    phase smallint NOT NULL DEFAULT 0 CHECK (phase BETWEEN 0 AND 4),
    -- The side of the threshold that it is about now: 1 low, 2 high.
    side smallint CHECK (side BETWEEN 1 AND 2),
    -- Why a crossing that lasted long enough is held back.
    held smallint,
    -- The price jumped so far that it has to last longer.
    suspect boolean NOT NULL DEFAULT false,
    -- Counts the times that the condition became true.
    crossing integer NOT NULL DEFAULT 0,
    since timestamptz,
    -- The last price, and that before the crossing.
    last bigint,
    before bigint,
    evaluated_at timestamptz,
    -- When time alone may change something.
    due_at timestamptz
) WITH (fillfactor = 50);
CREATE INDEX alert_states_due_idx ON alert_states (due_at) WHERE due_at IS NOT NULL;

-- Alerts that have to be looked at. Written in the transaction that stores the prices, deleted in the one
-- that looked: so none is forgotten and none is looked at twice, whoever is killed in between. Several rows
-- of one alert are one look.
CREATE TABLE alert_touched (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id integer NOT NULL
);

-- What became of each time that a condition lasted. The key is the law: none is told twice.
CREATE TABLE alert_events (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id integer NOT NULL REFERENCES alerts ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users,
    crossing integer NOT NULL,
    at timestamptz NOT NULL,
    -- 1 fired, 2 suppressed.
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 2),
    -- 1 snoozed, 2 its budget, 3 its owner's budget, 4 old prices, 5 a jump.
    why smallint CHECK (why BETWEEN 1 AND 5),
    side smallint NOT NULL CHECK (side BETWEEN 1 AND 2),
    -- Prices before the crossing and now, in hundredths; of a spread in hundredths of a per cent.
    before bigint,
    after bigint,
    threshold bigint,
    anchor bigint,
    -- When the condition became true.
    since timestamptz NOT NULL,
    -- Whose price it is.
    printing_id integer REFERENCES printings,
    finish smallint,
    source smallint,
    -- When it was handed on to be delivered.
    notified_at timestamptz,
    CONSTRAINT alert_events_key UNIQUE (alert_id, crossing),
    CONSTRAINT alert_events_suppressed_check CHECK ((state = 2) = (why IS NOT NULL))
);
CREATE INDEX alert_events_user_idx ON alert_events (user_id, id);
CREATE INDEX alert_events_fired_idx ON alert_events (user_id, at) WHERE state = 1;
CREATE INDEX alert_events_unannounced_idx ON alert_events (id) WHERE state = 1 AND notified_at IS NULL;

UPDATE schedules SET description = 'Alerts that time alone may set off, and those that were left over'
WHERE name = 'want_list_check';
