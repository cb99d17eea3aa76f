-- What a marketplace calls a printing: Card Kingdom's SKU, Cardmarket's idProduct where Scryfall does not give it.
CREATE TABLE product_links (
    feed smallint NOT NULL,
    product text NOT NULL,
    printing_id integer NOT NULL REFERENCES printings,
    finish smallint,
    PRIMARY KEY (feed, product)
);

-- One row per series, with its current value: what lists read. A null amount is a price that was withdrawn.
CREATE TABLE price_series (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    printing_id integer NOT NULL REFERENCES printings,
    source smallint NOT NULL,
    feed smallint NOT NULL,
    kind smallint NOT NULL,
    finish smallint NOT NULL,
    condition smallint NOT NULL,
    currency smallint NOT NULL,
    headline boolean NOT NULL,
    amount bigint CHECK (amount > 0),
    previous bigint,
    quantity integer,
    changed_at timestamptz NOT NULL,
    ingested_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT price_series_key UNIQUE (printing_id, feed, source, kind, finish, condition, currency)
) WITH (fillfactor = 80);

-- Append-only, only changes. The covering index makes a year of one series an index-only scan.
CREATE TABLE price_history (
    series_id integer NOT NULL,
    observed_at timestamptz NOT NULL,
    ingested_at timestamptz NOT NULL,
    amount bigint,
    quantity integer
) PARTITION BY RANGE (observed_at);
CREATE INDEX price_history_series_idx ON price_history (series_id, observed_at) INCLUDE (ingested_at, amount);
CREATE TABLE price_history_default PARTITION OF price_history DEFAULT;

-- The prices that search and sorting compare, in minor units, one row per printing.
CREATE TABLE reference_prices (
    printing_id integer PRIMARY KEY REFERENCES printings,
    usd bigint,
    usd_foil bigint,
    usd_etched bigint,
    eur bigint,
    eur_foil bigint,
    tix bigint
) WITH (fillfactor = 80);
CREATE INDEX reference_prices_usd_idx ON reference_prices (usd);

-- One row per file that a source gave us: its time, its size and what became of it.
CREATE TABLE price_slices (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source smallint NOT NULL,
    feed smallint NOT NULL,
    observed_at timestamptz NOT NULL,
    ingested_at timestamptz NOT NULL,
    offered integer NOT NULL,
    matched integer NOT NULL,
    changed integer NOT NULL,
    complete boolean NOT NULL,
    quarantined text,
    CONSTRAINT price_slices_key UNIQUE (feed, source, observed_at)
);
CREATE INDEX price_series_changes_idx ON price_series (currency, changed_at DESC, id DESC)
    WHERE headline AND amount IS NOT NULL AND previous IS NOT NULL;
