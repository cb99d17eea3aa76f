-- Cards that somebody looks for, in lists.
CREATE TABLE want_lists (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    name text NOT NULL,
    -- Where wants go when no list is named.
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX want_lists_name_idx ON want_lists (user_id, lower(name));
CREATE UNIQUE INDEX want_lists_default_idx ON want_lists (user_id) WHERE is_default;

CREATE TABLE wants (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    list_id integer NOT NULL REFERENCES want_lists,
    card_id integer NOT NULL REFERENCES cards,
    -- This printing; else one in one of these sets, in order; else any.
    printing_id integer REFERENCES printings,
    sets integer[] CHECK (cardinality(sets) BETWEEN 1 AND 100),
    -- Null is any: surface, state at least (1 is the best), languages in order.
    finish smallint,
    grade smallint CHECK (grade BETWEEN 1 AND 7),
    languages smallint[] CHECK (cardinality(languages) > 0),
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 10000),
    -- To be paid for one copy at most, in hundredths of the currency; at this source, or at any.
    target bigint CHECK (target > 0),
    target_currency text CHECK (target_currency ~ '^[A-Z]{3}$'),
    target_source smallint,
    -- Whether its owner is told when a copy costs no more than that.
    tells boolean NOT NULL DEFAULT true,
    -- 1 is the most urgent.
    priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 5),
    note text,
    added_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT wants_where_check CHECK (printing_id IS NULL OR sets IS NULL),
    CONSTRAINT wants_price_check
        CHECK ((target IS NULL) = (target_currency IS NULL) AND (target_source IS NULL OR target IS NOT NULL)),
    -- What is wanted twice is wanted more.
    CONSTRAINT wants_key UNIQUE NULLS NOT DISTINCT
        (list_id, card_id, printing_id, sets, finish, grade, languages)
) WITH (fillfactor = 80);
CREATE INDEX wants_user_idx ON wants (user_id);
CREATE INDEX wants_card_idx ON wants (card_id) WHERE printing_id IS NULL;
CREATE INDEX wants_printing_idx ON wants (printing_id) WHERE printing_id IS NOT NULL;

UPDATE schedules SET
    description = 'Prices of the cards in somebody''s inventory or want list, from markets that are asked card by card'
WHERE name = 'dispatch_price_collection';
