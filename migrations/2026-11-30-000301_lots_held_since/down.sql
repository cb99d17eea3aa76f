ALTER TABLE inventory_items DROP COLUMN held_since;
