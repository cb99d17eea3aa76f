//! What happened cannot be changed, and where it was changed all the same that is found.

use domain::audit::{verify, verify_at};
use domain::{Roles, accounts};
use futures_util::future::join_all;
use tests::TestApp;

use crate::http::Served;
use crate::people::Person;

/// What is wrong, as `event: words`.
async fn flaws(app: &TestApp) -> Vec<String> {
    let found = verify(&app.ctx()).await.unwrap();
    found.flaws.iter().map(|flaw| format!("{}: {}", flaw.event, flaw.what)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_cannot_be_changed() {
    let served = Served::new().await;
    Person::new(&served, "jace").await;
    let client = domain::db::dedicated(&served.app.settings.database_url).await.unwrap();
    for statement in [
        "UPDATE audit_log SET user_id = 0",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log CASCADE",
        "UPDATE audit_chain SET day = day - 1",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_chain",
        "UPDATE audit_details SET network = NULL",
        "DELETE FROM audit_details",
        "TRUNCATE audit_details",
    ] {
        let refused = client.batch_execute(statement).await.unwrap_err();
        assert_eq!(refused.code().map(|code| code.code()), Some("42501"), "{statement}");
    }
    let kept = client.query_one("SELECT count(*), count(DISTINCT day) FROM audit_chain", &[]).await.unwrap();
    assert!(kept.get::<_, i64>(0) >= 2 && kept.get::<_, i64>(1) == 1);
}

/// By somebody who owns the database and switches its guards off: what they do, and what is found.
const CHANGES: [(&str, &str, &[&str]); 10] = [
    ("another person", "UPDATE audit_log SET user_id = 1 WHERE id = 4", &["4: it was changed"]),
    ("another time", "UPDATE audit_log SET at = at + interval '1 us' WHERE id = 3", &["3: it was changed"]),
    (
        "other words",
        "UPDATE audit_details SET network = '10.0.0.0/24' WHERE event_id = 2",
        &["2: its details were changed"],
    ),
    (
        "other words that fit",
        "WITH d AS (UPDATE audit_details SET network = '10.0.0.0/24' WHERE event_id = 2 RETURNING *) \
         UPDATE audit_log a SET detail_hash = sha256(d.salt || \
            convert_to(jsonb_build_array(d.network, d.request_id, d.detail)::text, 'UTF8')) \
         FROM d WHERE a.id = d.event_id",
        &["2: it was changed"],
    ),
    ("words that are gone", "DELETE FROM audit_details WHERE event_id = 2", &["2: its details are gone"]),
    (
        "an event less",
        "DELETE FROM audit_details WHERE event_id = 2; DELETE FROM audit_log WHERE id = 2",
        &["2: it is gone"],
    ),
    (
        "an event and its link less",
        "DELETE FROM audit_details WHERE event_id = 2; DELETE FROM audit_chain WHERE event_id = 2; \
         DELETE FROM audit_log WHERE id = 2",
        &["3: links before it are gone"],
    ),
    (
        "an event without a link more",
        "INSERT INTO audit_log (at, event, user_id, detail_hash) \
            SELECT at, event, user_id, detail_hash FROM audit_log WHERE id = 1; \
         INSERT INTO audit_details SELECT 5, 1, salt, network, request_id, detail FROM audit_details WHERE event_id = 1",
        &["5: it is in no chain"],
    ),
    ("another day", "UPDATE audit_chain SET day = day + 1 WHERE position = 4", &["4: it was changed"]),
    (
        "the first links less",
        "DELETE FROM audit_chain WHERE position < 3",
        &["1: it is in no chain", "2: it is in no chain", "3: links before it are gone"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_change_behind_our_back_is_found() {
    for (what, change, found) in CHANGES {
        let app = TestApp::new().await;
        for name in ["jace", "chandra", "liliana", "nissa"] {
            let email = format!("{name}@ravnica.example");
            accounts::create_user(&app.ctx(), &email, name, Roles::default()).await.unwrap();
        }
        assert_eq!(flaws(&app).await, [""; 0]);
        let client = domain::db::dedicated(&app.settings.database_url).await.unwrap();
        let unguarded = format!("BEGIN; SET session_replication_role = replica; {change}; COMMIT");
        client.batch_execute(&unguarded).await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        assert_eq!(flaws(&app).await, found, "{what}");
        let elsewhere = verify_at(&app.settings.database_url).await.unwrap();
        assert_eq!(elsewhere.flaws.len(), found.len(), "{what}");
    }
}

/// Many transactions at once: each waits for its turn when it commits, and none for another one's locks.
#[tokio::test(flavor = "multi_thread")]
async fn events_of_many_at_once_make_one_chain() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let reset = format!("mutation {{ requestPasswordReset(email: \"{}\") {{ done }} }}", jace.email);
    let made = "mutation { createApiKey(input: { name: \"k\", scopes: [] }) { secret errors { code } } }";
    let both = async || (served.ask(&reset).await, jace.ask(&served, made).await);
    let answers = join_all((0..30).map(|_| both())).await;
    for (reset, key) in &answers {
        assert!(reset["errors"].is_null() && key["errors"].is_null(), "{reset} {key}");
    }
    let chained = served.app.sql("SELECT count(*) FROM audit_chain", &[]).await[0].get::<_, i64>(0);
    let events = served.app.sql("SELECT count(*) FROM audit_log", &[]).await[0].get::<_, i64>(0);
    assert!(chained == events && events >= 20, "{chained} of {events}");
    assert_eq!(flaws(&served.app).await, [""; 0]);
}
