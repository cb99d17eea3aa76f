-- What makes vectors of cards: our own model, which learned from the catalogue, or a service's.
CREATE TABLE embedding_models (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    dim smallint NOT NULL,
    -- Cards that our own model learned from, and what it learned. A service keeps its own.
    learned_from integer NOT NULL,
    learned bytea,
    tokens bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
);

-- A scale and a byte for each number. No extension is needed: processes hold the vectors of one model.
CREATE TABLE card_embeddings (
    model_id integer NOT NULL REFERENCES embedding_models ON DELETE CASCADE,
    card_id integer NOT NULL REFERENCES cards ON DELETE CASCADE,
    text_hash bigint NOT NULL,
    vector bytea NOT NULL,
    PRIMARY KEY (model_id, card_id)
);

-- The model whose vectors are served, all of one; the version rises with every change of them.
CREATE TABLE similarity_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    model_id integer NOT NULL REFERENCES embedding_models,
    version bigint NOT NULL,
    cards integer NOT NULL,
    refreshed_at timestamptz NOT NULL
);
