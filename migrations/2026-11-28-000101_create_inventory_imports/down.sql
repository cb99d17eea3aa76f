DROP TABLE inventory_import_rows;
DROP TABLE inventory_import_files;
DROP TABLE inventory_imports;

-- What files brought counts as added from then on.
UPDATE inventory_changes SET kind = 1 WHERE kind = 6;
ALTER TABLE inventory_changes DROP CONSTRAINT inventory_changes_kind_check;
ALTER TABLE inventory_changes ADD CONSTRAINT inventory_changes_kind_check CHECK (kind BETWEEN 1 AND 5);
