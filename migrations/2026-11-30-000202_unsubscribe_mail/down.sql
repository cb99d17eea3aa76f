ALTER TABLE mails DROP COLUMN unsubscribe;
