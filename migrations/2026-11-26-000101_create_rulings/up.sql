-- Official explanations of single cards, as Scryfall lists them. Rows of one day keep the list's order by
-- their ids.
CREATE TABLE rulings (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    card_id integer NOT NULL REFERENCES cards ON DELETE CASCADE,
    source smallint NOT NULL CHECK (source IN (1, 2)),
    published_on date NOT NULL,
    comment text NOT NULL
);
CREATE INDEX rulings_card_idx ON rulings (card_id, published_on DESC, id);

-- Which state of a bulk file we have, by the file's kind.
CREATE TABLE bulk_files (
    kind text PRIMARY KEY,
    made_at timestamptz NOT NULL,
    loaded_at timestamptz NOT NULL
);
