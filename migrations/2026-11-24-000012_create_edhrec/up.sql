-- Commanders whose page at EDHREC was asked for.
CREATE TABLE edhrec_commanders (
    card_id integer PRIMARY KEY REFERENCES cards,
    visited_at timestamptz NOT NULL,
    -- It has no page for every legend.
    has_page boolean NOT NULL,
    -- How much people dislike to play against it, by its readers.
    salt real
);

-- Cards that are played with a commander. EDHREC's lists end at 50: what is absent is not unplayed.
CREATE TABLE edhrec_plays (
    commander_id integer NOT NULL REFERENCES edhrec_commanders ON DELETE CASCADE,
    card_id integer NOT NULL REFERENCES cards,
    list text NOT NULL,
    decks integer NOT NULL,
    possible integer NOT NULL,
    synergy real,
    PRIMARY KEY (commander_id, card_id)
);
CREATE INDEX edhrec_plays_card_idx ON edhrec_plays (card_id, decks DESC);
