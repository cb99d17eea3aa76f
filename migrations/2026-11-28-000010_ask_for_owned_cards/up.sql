-- When a service was last asked for the price of a printing that somebody owns: whoever has waited longest
-- is next.
CREATE TABLE price_turns (
    service smallint NOT NULL,
    printing_id integer NOT NULL REFERENCES printings,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (service, printing_id)
) WITH (fillfactor = 80);

UPDATE schedules SET description = 'Prices of the cards in somebody''s inventory, from markets that are asked card by card'
WHERE name = 'dispatch_price_collection';
