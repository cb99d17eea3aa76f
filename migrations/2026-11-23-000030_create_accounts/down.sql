DROP TABLE account_exports, mails, audit_log, signing_keys, throttles, api_keys, oauth_flows, identities, one_time_tokens,
    refresh_tokens, sessions, users;
DROP FUNCTION refuse_change;
