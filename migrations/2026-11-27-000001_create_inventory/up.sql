-- What somebody owns. A lot is a number of copies that are alike in every fact; whoever changes a fact
-- of some copies moves them to another lot. So a lot's facts never change, its number does, and the
-- movements tell the whole story.
CREATE TABLE inventories (
    user_id integer PRIMARY KEY REFERENCES users,
    -- Counts the changes: whoever has seen a version knows what came before.
    version bigint NOT NULL,
    -- Lots with copies in them, and the copies.
    lots integer NOT NULL DEFAULT 0 CHECK (lots >= 0),
    copies bigint NOT NULL DEFAULT 0 CHECK (copies >= 0)
) WITH (fillfactor = 70);

CREATE TABLE binders (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    -- A lot that was sold tells where it was.
    deleted_at timestamptz
);
CREATE UNIQUE INDEX binders_name_idx ON binders (user_id, lower(name)) WHERE deleted_at IS NULL;

CREATE TABLE inventory_items (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    -- Digest of all facts below.
    identity uuid NOT NULL,
    printing_id integer NOT NULL REFERENCES printings,
    finish smallint NOT NULL,
    grade smallint NOT NULL CHECK (grade BETWEEN 1 AND 7),
    language smallint NOT NULL,
    binder_id integer REFERENCES binders,
    -- Paid for one copy, in hundredths of the currency.
    cost bigint CHECK (cost >= 0),
    cost_currency text CHECK (cost_currency ~ '^[A-Z]{3}$'),
    acquired_on date,
    -- The condition in the words of whoever wrote it, where they are not ours.
    condition_text text,
    grader text,
    grader_grade text,
    certificate text,
    signed boolean NOT NULL,
    altered boolean NOT NULL,
    misprint boolean NOT NULL,
    for_trade boolean NOT NULL,
    notes text,
    tags text[] NOT NULL,
    quantity integer NOT NULL CHECK (quantity >= 0),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT inventory_items_paid_check CHECK ((cost IS NULL) = (cost_currency IS NULL)),
    UNIQUE (user_id, identity)
) WITH (fillfactor = 80);
CREATE INDEX inventory_items_owned_idx ON inventory_items (user_id, id) WHERE quantity > 0;
CREATE INDEX inventory_items_printing_idx ON inventory_items (printing_id) WHERE quantity > 0;
CREATE INDEX inventory_items_binder_idx ON inventory_items (binder_id) WHERE binder_id IS NOT NULL;

CREATE TABLE inventory_changes (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    -- 1 added, 2 edited, 3 sold, 4 removed, 5 undone.
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 5),
    at timestamptz NOT NULL,
    -- Lots that it touched, and the copies that there are more of after it, or less.
    lots integer NOT NULL,
    copies bigint NOT NULL,
    undoes integer UNIQUE REFERENCES inventory_changes,
    CONSTRAINT inventory_changes_undoes_check CHECK ((kind = 5) = (undoes IS NOT NULL))
);
CREATE INDEX inventory_changes_user_idx ON inventory_changes (user_id, id);

CREATE TABLE inventory_movements (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    change_id integer NOT NULL REFERENCES inventory_changes,
    item_id integer NOT NULL REFERENCES inventory_items,
    user_id integer NOT NULL REFERENCES users,
    -- Into the lot, or out of it.
    copies integer NOT NULL CHECK (copies <> 0),
    -- Got for one copy, in hundredths of the currency, where they were sold.
    price bigint CHECK (price >= 0),
    price_currency text CHECK (price_currency ~ '^[A-Z]{3}$'),
    sold_on date,
    CONSTRAINT inventory_movements_sale_check
        CHECK ((price IS NULL) = (price_currency IS NULL) AND (price IS NULL) = (sold_on IS NULL))
);
CREATE INDEX inventory_movements_change_idx ON inventory_movements (change_id);
CREATE INDEX inventory_movements_item_idx ON inventory_movements (item_id);
CREATE INDEX inventory_movements_user_idx ON inventory_movements (user_id);
