ALTER TABLE data_loads DROP COLUMN fingerprint;
