-- The first movements of a change are found without reading them all.
DROP INDEX inventory_movements_change_idx;
CREATE INDEX inventory_movements_change_idx ON inventory_movements (change_id, id);
