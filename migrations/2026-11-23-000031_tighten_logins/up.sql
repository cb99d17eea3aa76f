-- What a way to a provider is for: 1 to log in, 2 to link an account, 3 to prove again who one is.
ALTER TABLE oauth_flows ADD COLUMN purpose smallint NOT NULL DEFAULT 1 CHECK (purpose IN (1, 2, 3));
UPDATE oauth_flows SET purpose = 2 WHERE session_id IS NOT NULL;
ALTER TABLE oauth_flows ALTER COLUMN purpose DROP DEFAULT;

-- Browsers in which somebody has logged in, by the hash of a cookie: there a stranger's failures do not
-- keep them out. It opens nothing by itself.
CREATE TABLE known_devices (
    hash bytea NOT NULL,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (hash, user_id)
);
CREATE INDEX known_devices_user_idx ON known_devices (user_id, last_used_at);
CREATE INDEX known_devices_used_idx ON known_devices (last_used_at);
