-- A file of somebody's collection on its way into their inventory.
CREATE TABLE inventory_imports (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    file_name text NOT NULL,
    -- 1 waits for its file, 2 is read, 3 can be looked at, 4 is entered, 5 is in, 6 failed.
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 6),
    -- Hash of the secret that lets the file in; gone once it is there.
    ticket bytea UNIQUE,
    -- Digest of the file.
    digest uuid,
    bytes bigint NOT NULL DEFAULT 0,
    -- What was found out about the file, and what its owner said instead.
    detected jsonb,
    mapping jsonb,
    -- Rows of the file that were read, and what they came to; a row that counts foils apart counts twice.
    rows integer NOT NULL DEFAULT 0,
    exact integer NOT NULL DEFAULT 0,
    approximate integer NOT NULL DEFAULT 0,
    unmatched integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    skipped integer NOT NULL DEFAULT 0,
    -- Copies of the rows that can be entered, and those of them that earlier imports brought.
    copies bigint NOT NULL DEFAULT 0,
    before bigint NOT NULL DEFAULT 0,
    -- How its owner wants it entered.
    take_approximate boolean NOT NULL DEFAULT false,
    take_again boolean NOT NULL DEFAULT false,
    change_id integer REFERENCES inventory_changes,
    -- Why it failed, or could not be entered as it is.
    problem text,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT inventory_imports_problem_check CHECK (state <> 6 OR problem IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX inventory_imports_user_idx ON inventory_imports (user_id, id);
CREATE INDEX inventory_imports_change_idx ON inventory_imports (change_id) WHERE change_id IS NOT NULL;

-- The file as it came, until it is in.
CREATE TABLE inventory_import_files (
    import_id integer PRIMARY KEY REFERENCES inventory_imports ON DELETE CASCADE,
    content bytea NOT NULL
);
-- It is packed, or text that is soon gone: squeezing it costs more than it saves.
ALTER TABLE inventory_import_files ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE inventory_import_rows (
    import_id integer NOT NULL REFERENCES inventory_imports ON DELETE CASCADE,
    -- In the order of the file, from 1.
    n integer NOT NULL,
    line integer NOT NULL,
    -- 1 exact, 2 approximate, 3 unmatched, 4 refused, 5 skipped.
    status smallint NOT NULL CHECK (status BETWEEN 1 AND 5),
    -- What the file says, where it could be read.
    lot jsonb,
    printing_id integer REFERENCES printings,
    finish smallint,
    -- How it was matched: 1 id, 2 set and number, 3 set and name, 4 name, 5 by its owner.
    matched_by smallint CHECK (matched_by BETWEEN 1 AND 5),
    causes jsonb NOT NULL,
    copies integer NOT NULL CHECK (copies >= 0),
    -- Of these, what earlier imports brought.
    before integer NOT NULL DEFAULT 0 CHECK (before BETWEEN 0 AND copies),
    -- What is in the inventory because of it.
    entered integer NOT NULL DEFAULT 0 CHECK (entered BETWEEN 0 AND copies),
    -- Digest of what the row says, its copies left out: rows of two files with the same are about the same.
    digest uuid,
    PRIMARY KEY (import_id, n),
    CONSTRAINT inventory_import_rows_matched_check
        CHECK ((printing_id IS NULL) = (finish IS NULL) AND (printing_id IS NULL) = (matched_by IS NULL)
            AND (status > 2 OR printing_id IS NOT NULL))
) WITH (fillfactor = 90);
CREATE INDEX inventory_import_rows_status_idx ON inventory_import_rows (import_id, status, n);
CREATE INDEX inventory_import_rows_digest_idx ON inventory_import_rows (digest) WHERE entered > 0;

ALTER TABLE inventory_changes DROP CONSTRAINT inventory_changes_kind_check;
ALTER TABLE inventory_changes ADD CONSTRAINT inventory_changes_kind_check CHECK (kind BETWEEN 1 AND 6);
