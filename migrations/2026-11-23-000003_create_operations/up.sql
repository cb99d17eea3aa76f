-- Events wait here, written in the transaction of their change, until the relay has published them.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- What is being loaded into the catalogue, for people to watch.
CREATE TABLE data_loads (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    state smallint NOT NULL,
    done bigint NOT NULL DEFAULT 0,
    total bigint,
    unit text NOT NULL,
    message text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz
);
