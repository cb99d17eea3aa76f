-- The log of security events becomes a chain: whoever changes, adds or removes an event behind our back
-- must change every hash after it. The last hash of a day, kept elsewhere, vouches for all before it.
--
-- A log that cannot be changed and a person who may be forgotten go together like this: what is personal
-- about an event (network, request, words) is in audit_details, and the event holds a salted hash of it.
-- Erasing a person deletes their details, salts included. The chain still holds, says that something
-- happened to a number that is nobody any more, and the hash cannot be guessed backwards. Details may be
-- deleted of those who go, and of nobody else.
CREATE TABLE audit_details (
    event_id bigint PRIMARY KEY REFERENCES audit_log,
    -- Whom the event concerns.
    user_id integer,
    salt bytea NOT NULL,
    -- A network, not an address: /24 or /48.
    network text,
    request_id text,
    detail jsonb NOT NULL
);
CREATE INDEX audit_details_user_idx ON audit_details (user_id);

CREATE TABLE audit_chain (
    position bigint PRIMARY KEY,
    -- When the event was chained, by this server's clock, in UTC.
    day date NOT NULL,
    event_id bigint NOT NULL REFERENCES audit_log,
    hash bytea NOT NULL,
    CONSTRAINT audit_chain_event_key UNIQUE (event_id)
);
CREATE INDEX audit_chain_day_idx ON audit_chain (day, position);

ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only;
INSERT INTO audit_details (event_id, user_id, salt, network, request_id, detail)
    SELECT id, user_id, uuid_send(gen_random_uuid()), network, request_id, detail FROM audit_log;
ALTER TABLE audit_log ADD COLUMN detail_hash bytea;
UPDATE audit_log a
    SET detail_hash = sha256(d.salt || convert_to(jsonb_build_array(d.network, d.request_id, d.detail)::text, 'UTF8'))
    FROM audit_details d WHERE d.event_id = a.id;
ALTER TABLE audit_log ALTER COLUMN detail_hash SET NOT NULL,
    DROP COLUMN network, DROP COLUMN request_id, DROP COLUMN detail;
ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only;
CREATE INDEX audit_log_actor_idx ON audit_log (actor_id);

-- Runs when a transaction commits, after everything else that it locks: one at a time, in the order in
-- which they commit, and nobody waits for the chain while holding it.
CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_chain;
    place bigint;
    today date;
BEGIN
    PERFORM pg_advisory_xact_lock('audit_chain'::regclass::oid::bigint);
    SELECT * INTO last FROM audit_chain ORDER BY position DESC LIMIT 1;
    place := coalesce(last.position, 0) + 1;
    today := (clock_timestamp() AT TIME ZONE 'UTC')::date;
    INSERT INTO audit_chain (position, day, event_id, hash) VALUES (place, today, NEW.id, sha256(
        coalesce(last.hash, '') || convert_to(jsonb_build_array(
            place, to_char(today, 'YYYY-MM-DD'), NEW.id, (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.event,
            NEW.user_id, NEW.actor_id, NEW.session_id, NEW.api_key_id, encode(NEW.detail_hash, 'hex')
        )::text, 'UTF8')));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_log_chain AFTER INSERT ON audit_log
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_audit();

-- What happened before there was a chain goes in as it is.
DO $$
DECLARE
    event audit_log;
    place bigint := 0;
    before bytea := '';
    today text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD');
BEGIN
    FOR event IN SELECT * FROM audit_log ORDER BY id LOOP
        place := place + 1;
        before := sha256(before || convert_to(jsonb_build_array(
            place, today, event.id, (extract(epoch FROM event.at) * 1000000)::bigint, event.event,
            event.user_id, event.actor_id, event.session_id, event.api_key_id, encode(event.detail_hash, 'hex')
        )::text, 'UTF8'));
        INSERT INTO audit_chain (position, day, event_id, hash) VALUES (place, today::date, event.id, before);
    END LOOP;
END $$;

CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_details_append_only BEFORE UPDATE OR TRUNCATE ON audit_details
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_forgetting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Closed or erased.
    IF EXISTS (SELECT FROM audit_log a JOIN users u ON u.id IN (a.user_id, a.actor_id)
               WHERE a.id = OLD.event_id AND u.status IN (3, 4)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit_details is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_details_keep BEFORE DELETE ON audit_details
    FOR EACH ROW EXECUTE FUNCTION refuse_forgetting();
