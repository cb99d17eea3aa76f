-- One index for pages in the order of names and for names that begin with a text: both compare bytes.
ALTER TABLE cards ALTER COLUMN name_folded TYPE text COLLATE "C";
DROP INDEX cards_name_idx;
CREATE INDEX cards_name_idx ON cards (name_folded, id);
