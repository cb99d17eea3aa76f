DROP TABLE inventory_movements;
DROP TABLE inventory_changes;
DROP TABLE inventory_items;
DROP TABLE binders;
DROP TABLE inventories;
