DROP TABLE legality_changes;
ALTER TABLE cards DROP CONSTRAINT cards_default_printing_fkey;
DROP TABLE printings;
DROP TABLE cards;
DROP TABLE formats;
DROP TABLE mtg_sets;
DROP TABLE catalogue_origin;
DROP EXTENSION pg_trgm;
