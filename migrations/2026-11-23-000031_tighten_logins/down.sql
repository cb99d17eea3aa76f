DROP TABLE known_devices;
ALTER TABLE oauth_flows DROP COLUMN purpose;
