//! Taking everything along, and going.

use std::collections::BTreeSet;

use domain::accounts::{self, EXPORTED, NOT_EXPORTED};
use serde_json::{Value, json};

use crate::devices;
use crate::http::Served;
use crate::people::{PASSWORD, Person, code, login};
use crate::world::{card, import, printing_id};

/// Tables that say whose a row is: by a key to `users`, or by a column of that name.
const OWNED: &str = "SELECT DISTINCT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
    LEFT JOIN pg_constraint f ON f.conrelid = c.oid AND f.confrelid = 'users'::regclass AND a.attnum = ANY (f.conkey) \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
    AND (a.attname = 'user_id' OR f.oid IS NOT NULL)";

/// What is kept of somebody who went: that there was an account, and what happened to it, without words.
const STAYS: [&str; 3] = ["users", "audit_log", "audit_details"];

#[tokio::test(flavor = "multi_thread")]
async fn every_table_with_somebodys_rows_is_exported_or_says_why_not() {
    let served = Served::new().await;
    let owned: BTreeSet<String> = served.app.sql(OWNED, &[]).await.iter().map(|row| row.get(0)).collect();
    let exported = EXPORTED.iter().map(|(table, ..)| *table).filter(|table| *table != "users");
    let known: BTreeSet<String> =
        exported.chain(NOT_EXPORTED.iter().map(|(table, _)| *table)).map(str::to_owned).collect();
    assert_eq!(owned, known, "domain/src/accounts/queries/leaving.rs says what an export holds");
}

/// Somebody who has a row in every table that an export holds.
async fn settled(served: &Served) -> Person {
    let jace = Person::new(served, "jace").await;
    devices::login(served, &jace.email, PASSWORD, None).await;
    let key = "mutation { createApiKey(input: { name: \"k\", scopes: [READ_OWN] }) { secret } }";
    jace.ask(served, key).await;
    let reset = "mutation ($email: String!) { requestPasswordReset(email: $email) { done } }";
    served.ask_as(None, reset, json!({ "email": jace.email })).await;
    let linked = "INSERT INTO identities (user_id, provider, subject, email, name, created_at, last_used_at) \
                  SELECT id, 1, 'jace at the provider', email, name, now(), now() FROM users WHERE email = $1";
    served.app.sql(linked, &[&jace.email]).await;
    import(&served.app, &[card(1, 1, &json!({}))], "2026-11-01").await;
    jace.ask(served, "mutation { createBinder(name: \"Of jace\") { binder { id } } }").await;
    let lot = format!("{{ printingId: \"{}\", finish: FOIL, notes: \"from jace\" }}", printing_id(1));
    let added = jace
        .ask(served, &format!("mutation {{ addToInventory(lots: [{lot}]) {{ change {{ id }} }} }}"))
        .await;
    assert!(added["data"]["addToInventory"]["change"]["id"].is_string(), "{added}");
    let preferences = "mutation { setNotificationPreferences(input: { digest: DAILY }) { errors { code } } }";
    jace.ask(served, preferences).await;
    let told = "WITH n AS (INSERT INTO notifications (user_id, kind, dedupe_key, title, body, created_at) \
                    SELECT id, 1, 'x', 'Hello jace', '', now() FROM users WHERE email = $1 RETURNING id, user_id) \
                INSERT INTO deliveries (user_id, notification_id, channel, state, last_error, changed_at) \
                SELECT user_id, id, 1, 4, 'no jace here', now() FROM n";
    served.app.sql(told, &[&jace.email]).await;
    let of = format!("{{ printingId: \"{}\" }}", printing_id(1));
    let want =
        format!("mutation {{ addWants(wants: [{{ of: {of}, note: \"for jace\" }}]) {{ wants {{ id }} }} }}");
    jace.ask(served, &want).await;
    let alert = format!(
        "{{ name: \"Of jace\", printingId: \"{}\", currency: USD, rule: BELOW, amount: \"1\" }}",
        printing_id(1)
    );
    let made =
        jace.ask(served, &format!("mutation {{ createAlert(input: {alert}) {{ alert {{ id }} }} }}")).await;
    assert!(made["data"]["createAlert"]["alert"]["id"].is_string(), "{made}");
    let save =
        "mutation { createSavedSearch(input: { name: \"Of jace\", query: \"t:wizard\" }) { search { id } } }";
    let saved = jace.ask(served, save).await;
    assert!(saved["data"]["createSavedSearch"]["search"]["id"].is_string(), "{saved}");
    let share = "INSERT INTO shares (user_id, binder_id, token, shows_prices, created_at, changed_at) \
                 SELECT user_id, id, 'Of_jace_and_nobody_else', true, now(), now() FROM binders";
    served.app.sql(share, &[]).await;
    let event = "INSERT INTO alert_events (alert_id, user_id, crossing, at, state, side, since) \
                 SELECT id, user_id, 1, now(), 1, 1, now() FROM alerts";
    served.app.sql(event, &[]).await;
    jace.ask(served, "mutation { startInventoryImport(fileName: \"of jace\") { uploadPath } }").await;
    let chart = jace.ask(served, "{ viewer { portfolio { history { pending } } } }").await;
    assert_eq!(chart["data"]["viewer"]["portfolio"]["history"]["pending"], true, "{chart}");
    let day = "INSERT INTO portfolio_snapshots SELECT user_id, currency, source, '2026-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0 \
               FROM portfolio_charts";
    served.app.sql(day, &[]).await;
    jace
}

async fn run_jobs(served: &Served) {
    jobs::run_due(served.app.app.clone(), jobs::Registry::all()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_what_is_ones_own_and_no_secret_of_ours() {
    let served = Served::new().await;
    let (jace, _) = (settled(&served).await, Person::new(&served, "chandra").await);
    let asked = jace.ask(&served, "mutation { requestAccountExport { done } }").await;
    assert_eq!(asked["data"]["requestAccountExport"]["done"], true, "{asked}");
    let query = "{ viewer { accountExport { finishedAt content } } }";
    assert_eq!(
        jace.ask(&served, query).await["data"]["viewer"]["accountExport"],
        json!({ "finishedAt": null, "content": null })
    );
    run_jobs(&served).await;
    let made = jace.ask(&served, query).await;
    let text = made["data"]["viewer"]["accountExport"]["content"].as_str().unwrap().to_owned();
    let copy: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(copy.as_object().unwrap().len(), EXPORTED.len());
    assert_eq!(copy["users"][0]["email"], "jace@ravnica.example");
    assert_eq!(copy["sessions"].as_array().map(Vec::len), Some(2));
    for (table, _, hidden) in EXPORTED {
        let rows = copy[table].as_array().unwrap();
        assert!(!rows.is_empty(), "nothing of {table} is in the copy, so nothing of it is tested here");
        assert!(
            rows.iter().all(|row| hidden.iter().all(|column| row[column].is_null())),
            "{table}: {rows:?}"
        );
    }
    assert!(!text.contains("argon2") && !text.contains("hash") && !text.contains("chandra"), "{text}");
    let later = served.app.ctx().at(served.app.ctx().now() + chrono::TimeDelta::days(8));
    accounts::sweep(&later).await.unwrap();
    assert_eq!(jace.ask(&served, query).await["data"]["viewer"]["accountExport"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_leaves_nothing_personal() {
    let served = Served::new().await;
    let jace = settled(&served).await;
    let key = "mutation { createApiKey(input: { name: \"k\", scopes: [READ_OWN] }) { secret } }";
    let key = jace.ask(&served, key).await["data"]["createApiKey"]["secret"].as_str().unwrap().to_owned();
    jace.ask(&served, "mutation { requestAccountExport { done } }").await;
    let gone = jace.ask(&served, "mutation { closeAccount { done errors { code } } }").await;
    assert_eq!(gone["data"]["closeAccount"]["done"], true, "{gone}");
    let me = "{ viewer { account { id } } }";
    assert_eq!(code(&jace.ask(&served, me).await), "UNAUTHENTICATED");
    assert_eq!(code(&served.ask_as(Some(&key), me, json!({})).await), "UNAUTHENTICATED");
    assert_eq!(login(&served, &jace.email, PASSWORD).await["errors"][0]["code"], "INVALID_CREDENTIALS");

    run_jobs(&served).await;
    for (table, owner, _) in EXPORTED.into_iter().filter(|(table, ..)| !STAYS.contains(table)) {
        let query = format!("SELECT FROM {table} WHERE {owner} IN (SELECT id FROM users WHERE status = 4)");
        assert!(served.app.sql(&query, &[]).await.is_empty(), "{table} has rows of somebody who went");
    }
    // The goodbye, and whatever was sent without an account.
    served.app.sql("DELETE FROM mails WHERE user_id IS NULL", &[]).await;
    let tables =
        served.app.sql("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", &[]).await;
    for table in tables.iter().map(|row| row.get::<_, String>(0)) {
        let query = format!("SELECT t::text FROM {table} t WHERE t::text ILIKE '%jace%'");
        let left: Vec<String> = served.app.sql(&query, &[]).await.iter().map(|row| row.get(0)).collect();
        assert!(left.is_empty(), "{table}: {left:?}");
    }
    let kept = served.app.sql("SELECT FROM audit_log WHERE event = 18", &[]).await;
    assert_eq!(kept.len(), 1, "that it happened stays");
    let words = served
        .app
        .sql("SELECT FROM audit_details d JOIN audit_log a ON a.id = d.event_id WHERE a.event <> 18 AND a.user_id IS NOT NULL", &[])
        .await;
    assert!(words.is_empty(), "its words go");
    let verified = domain::audit::verify(&served.app.ctx()).await.unwrap();
    assert_eq!(verified.flaws, [], "the chain holds all the same");
    assert_eq!(Person::new(&served, "jace").await.email, jace.email, "the address is free again");
}
