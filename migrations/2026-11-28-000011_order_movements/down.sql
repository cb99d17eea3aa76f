DROP INDEX inventory_movements_change_idx;
CREATE INDEX inventory_movements_change_idx ON inventory_movements (change_id);
