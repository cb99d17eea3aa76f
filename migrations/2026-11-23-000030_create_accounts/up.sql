-- People. An e-mail is here only once its owner has proven it (or an operator answers for it):
-- whoever registers waits in one_time_tokens, so nobody can sit on another's address.
CREATE TABLE users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text CHECK (email = lower(email)),
    name text NOT NULL,
    password_hash text,
    password_expired boolean NOT NULL DEFAULT false,
    roles smallint NOT NULL DEFAULT 0,
    tier smallint NOT NULL DEFAULT 1,
    status smallint NOT NULL DEFAULT 1 CHECK (status IN (1, 2, 3, 4)),
    -- Counts every change of what the user may do; open sockets of an older count are closed.
    access_version integer NOT NULL DEFAULT 1,
    access_changed_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
);
CREATE INDEX users_access_changed_idx ON users (access_changed_at);

-- A login on one device: the family of its refresh tokens.
CREATE TABLE sessions (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- When the person last proved who they are.
    authenticated_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason smallint,
    agent text NOT NULL,
    address text NOT NULL
);
CREATE INDEX sessions_user_idx ON sessions (user_id, id DESC);
CREATE INDEX sessions_ended_idx ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- Only hashes. The partial index is the law: a session never has two tokens that can be used.
CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY,
    session_id integer NOT NULL REFERENCES sessions ON DELETE CASCADE,
    counter integer NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT refresh_tokens_counter_key UNIQUE (session_id, counter)
);
CREATE UNIQUE INDEX refresh_tokens_leaf_idx ON refresh_tokens (session_id) WHERE used_at IS NULL;

-- What is sent by e-mail and may be used once: registrations, password resets, new addresses.
CREATE TABLE one_time_tokens (
    hash bytea PRIMARY KEY,
    kind smallint NOT NULL,
    user_id integer REFERENCES users ON DELETE CASCADE,
    email text NOT NULL,
    name text,
    password_hash text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX one_time_tokens_user_idx ON one_time_tokens (user_id);
CREATE INDEX one_time_tokens_expires_idx ON one_time_tokens (expires_at);

-- Accounts elsewhere. The subject is the identity; the e-mail is only what the provider said.
CREATE TABLE identities (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    provider smallint NOT NULL,
    subject text NOT NULL,
    email text,
    name text,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    CONSTRAINT identities_subject_key UNIQUE (provider, subject),
    CONSTRAINT identities_user_key UNIQUE (user_id, provider)
);

-- Logins that are on their way through a provider.
CREATE TABLE oauth_flows (
    state_hash bytea PRIMARY KEY,
    provider smallint NOT NULL,
    browser_hash bytea NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    next text NOT NULL,
    -- Set when an account is to be linked, not logged in.
    session_id integer REFERENCES sessions ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

CREATE TABLE api_keys (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    -- The beginning of the key, to recognise it by.
    prefix text NOT NULL,
    hash bytea NOT NULL,
    scopes smallint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_keys_hash_key UNIQUE (hash)
);
CREATE INDEX api_keys_user_idx ON api_keys (user_id, id DESC);
CREATE INDEX api_keys_revoked_idx ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;

-- Failures by what is guarded: an account, an address.
CREATE TABLE throttles (
    guard text PRIMARY KEY,
    failures integer NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz
);
CREATE INDEX throttles_since_idx ON throttles (since);

-- Keys that access tokens are signed with; the private half is sealed with the installation's secret.
CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    public_key bytea NOT NULL,
    sealed_key bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- A copy of everything that is somebody's, made for them and kept for a few days.
CREATE TABLE account_exports (
    user_id integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    content text
);

-- What happened to whose security. Nothing here is ever changed or removed.
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    event smallint NOT NULL,
    -- Whom it concerns.
    user_id integer,
    -- Who did it, when it was somebody else; null with a null session is the platform itself.
    actor_id integer,
    session_id integer,
    api_key_id integer,
    -- A network, not an address: /24 or /48.
    network text,
    request_id text,
    detail jsonb NOT NULL
);
CREATE INDEX audit_log_user_idx ON audit_log (user_id, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Mail waits here, written in the transaction of its reason. The text of a sent one is blanked: it may hold a token.
CREATE TABLE mails (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer REFERENCES users ON DELETE CASCADE,
    recipient text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    failure text
);
CREATE INDEX mails_due_idx ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mails_user_idx ON mails (user_id);
