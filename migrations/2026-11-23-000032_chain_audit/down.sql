ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only;
ALTER TABLE audit_log ADD COLUMN network text, ADD COLUMN request_id text, ADD COLUMN detail jsonb;
UPDATE audit_log a SET network = d.network, request_id = d.request_id, detail = d.detail
    FROM audit_details d WHERE d.event_id = a.id;
UPDATE audit_log SET detail = '{}' WHERE detail IS NULL;
ALTER TABLE audit_log ALTER COLUMN detail SET NOT NULL, DROP COLUMN detail_hash;
ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only;
DROP INDEX audit_log_actor_idx;
DROP TRIGGER audit_log_chain ON audit_log;
DROP TABLE audit_chain, audit_details;
DROP FUNCTION chain_audit, refuse_forgetting;
