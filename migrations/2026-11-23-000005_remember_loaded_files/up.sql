-- A hash of the file that a load read: the same file is not read twice.
ALTER TABLE data_loads ADD COLUMN fingerprint uuid;
CREATE INDEX data_loads_fingerprint_idx ON data_loads (fingerprint) WHERE fingerprint IS NOT NULL;
