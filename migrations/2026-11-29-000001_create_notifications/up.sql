-- What somebody is told, once: whoever says it again by the same key says nothing new.
CREATE TABLE notifications (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    -- 1 alert, 2 import, 3 account, 4 system.
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
    -- Those of one group are shown together.
    group_key text,
    dedupe_key text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    -- A page of the web app: its path.
    link text CHECK (link LIKE '/%' AND link NOT LIKE '//%'),
    card_id integer REFERENCES cards,
    printing_id integer REFERENCES printings,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT notifications_key UNIQUE (user_id, dedupe_key)
) WITH (fillfactor = 90);
CREATE INDEX notifications_user_idx ON notifications (user_id, id);
CREATE INDEX notifications_unread_idx ON notifications (user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_read_idx ON notifications (read_at) WHERE read_at IS NOT NULL;

-- How somebody wants to be told; whoever has no row has said nothing.
CREATE TABLE notification_preferences (
    user_id integer PRIMARY KEY REFERENCES users,
    -- One bit for each kind, from the lowest, that goes out by e-mail.
    email smallint NOT NULL CHECK (email BETWEEN 0 AND 15),
    -- A name of the IANA database.
    time_zone text NOT NULL,
    -- Minutes after midnight, by the clock on the wall there.
    quiet_from smallint CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until smallint CHECK (quiet_until BETWEEN 0 AND 1439),
    -- 1 at once, 2 every hour, 3 once a day.
    digest smallint NOT NULL CHECK (digest BETWEEN 1 AND 3),
    digest_hour smallint NOT NULL CHECK (digest_hour BETWEEN 0 AND 23),
    changed_at timestamptz NOT NULL,
    CONSTRAINT notification_preferences_quiet_check
        CHECK ((quiet_from IS NULL) = (quiet_until IS NULL) AND (quiet_from IS NULL OR quiet_from <> quiet_until))
);

-- A notification on its way out of the house. Several go out in one mail.
CREATE TABLE deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    notification_id integer NOT NULL REFERENCES notifications ON DELETE CASCADE,
    -- 1 e-mail, 2 Discord (nothing delivers by it yet).
    channel smallint NOT NULL CHECK (channel IN (1, 2)),
    -- 1 queued, 2 sending, 3 sent, 4 failed, 5 suppressed.
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 5),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    -- What carries it.
    mail_id bigint REFERENCES mails ON DELETE SET NULL,
    last_error text,
    -- What the service that took it calls it.
    provider_id text,
    changed_at timestamptz NOT NULL,
    CONSTRAINT deliveries_key UNIQUE (notification_id, channel),
    CONSTRAINT deliveries_next_check CHECK ((state = 1) = (next_attempt_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX deliveries_due_idx ON deliveries (channel, next_attempt_at) WHERE state = 1;
CREATE INDEX deliveries_user_idx ON deliveries (user_id, channel, state);
CREATE INDEX deliveries_mail_idx ON deliveries (mail_id) WHERE mail_id IS NOT NULL;
