-- What somebody shows to whoever has the link.
CREATE TABLE shares (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    -- One of the two, each shared once.
    binder_id integer UNIQUE REFERENCES binders ON DELETE CASCADE,
    want_list_id integer UNIQUE REFERENCES want_lists ON DELETE CASCADE,
    -- Random: the link is all that a stranger needs.
    token text NOT NULL UNIQUE CHECK (length(token) >= 22),
    shows_prices boolean NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT shares_thing_check CHECK (num_nonnulls(binder_id, want_list_id) = 1)
);
CREATE INDEX shares_user_idx ON shares (user_id);

-- Of what is shared its owner may keep some copies back.
ALTER TABLE inventory_items ADD COLUMN hidden boolean NOT NULL DEFAULT false;
