-- A lot is made when a fact of its copies changes, and they are no younger for it: of those without a day of
-- purchase the oldest are sold first, and what they cost is converted by the rate of that day.
ALTER TABLE inventory_items ADD COLUMN held_since date;
UPDATE inventory_items SET held_since = (created_at AT TIME ZONE 'UTC')::date;
ALTER TABLE inventory_items ALTER COLUMN held_since SET NOT NULL;
