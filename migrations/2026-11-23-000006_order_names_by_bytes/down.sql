DROP INDEX cards_name_idx;
ALTER TABLE cards ALTER COLUMN name_folded TYPE text COLLATE "default";
CREATE INDEX cards_name_idx ON cards (name_folded text_pattern_ops, id);
