ALTER TABLE inventory_items DROP COLUMN hidden;
DROP TABLE shares;
