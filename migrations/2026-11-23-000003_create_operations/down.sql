DROP TABLE data_loads;
DROP TABLE outbox;
