-- A lot is made when a fact of its copies changes, and they are no younger for it: of those without a day of
-- purchase the oldest are sold first, and what they cost is converted by the rate of that day. Like a lot's
-- facts the day never changes: what was sold keeps what it cost. The default is for servers of the version before.
ALTER TABLE inventory_items
    ADD COLUMN held_since date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date;
UPDATE inventory_items SET held_since = (created_at AT TIME ZONE 'UTC')::date;
