//! Queries read from a real streaming replica that is paused, killed and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::Request;
use domain::replica::{self, State};
use domain::{Actor, App, Ctx, Reader, Role, Roles, SessionId, SignedIn, Tier};
use serde_json::{Value, json};
use tests::TestApp;
use tests::replica::Pair;

use crate::http::Served;
use crate::people::Person;

const SET: &str = r#"{ set(code: "rep") { name } }"#;
const NAME: &str = "{ viewer { account { name } } }";

async fn world() -> (Pair, Served) {
    let pair = Pair::start().await.unwrap();
    let app = TestApp::with(|settings| {
        settings.database_url = pair.primary_url();
        settings.replica_url = Some(pair.replica_url());
    })
    .await;
    app.sql("UPDATE rate_tiers SET burst = 1000000, per_second = 1000000", &[]).await;
    app.sql(
        "INSERT INTO mtg_sets (code, name, set_type, observed_at) VALUES ('rep', 'one', 'core', now())",
        &[],
    )
    .await;
    let served = Served::of(app).await;
    domain::limits::refresh(&served.app.app).await.unwrap();
    until(&served.app.app, |state| matches!(state, State::InUse(_))).await;
    (pair, served)
}

/// Waits for a state of the replica; how long that took.
async fn until(app: &Arc<App>, so: impl Fn(&State) -> bool) -> Duration {
    let began = Instant::now();
    loop {
        let state = replica::state(app).unwrap();
        if so(&state) {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(30), "the replica is {state:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn set_name(served: &Served) -> String {
    let answer = served.ask(SET).await;
    answer["data"]["set"]["name"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Changes what an anonymous reader sees, on the primary.
async fn rename_set(served: &Served, name: &str) {
    served.app.sql("UPDATE mtg_sets SET name = $1 WHERE code = 'rep'", &[&name]).await;
}

/// Until an anonymous reader sees it; how long that took.
async fn until_seen(served: &Served, name: &str) -> Duration {
    let began = Instant::now();
    while set_name(served).await != name {
        assert!(began.elapsed() < Duration::from_secs(20), "{name} is not seen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

async fn rename(served: &Served, person: &Person, name: &str) {
    let asked = format!("mutation {{ renameAccount(name: \"{name}\") {{ errors {{ code }} }} }}");
    let answer = person.ask(served, &asked).await;
    assert_eq!(answer["data"]["renameAccount"]["errors"], json!([]), "{answer}");
}

async fn name(served: &Served, person: &Person) -> Value {
    person.ask(served, NAME).await["data"]["viewer"]["account"]["name"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_sees_it_whatever_the_replica_has_and_others_read_from_the_replica() {
    let (pair, served) = world().await;
    // Somebody who has just come in is seen at once, though they wrote as nobody.
    let person = Person::new(&served, "jace").await;
    assert_eq!(name(&served, &person).await, "jace");

    for n in 0..1_000 {
        let wanted = format!("jace{n}");
        rename(&served, &person, &wanted).await;
        assert_eq!(name(&served, &person).await, wanted.as_str(), "after write {n}");
    }

    until_seen(&served, "one").await;
    pair.tell("SELECT pg_wal_replay_pause()").await.unwrap();
    rename_set(&served, "two").await;
    rename(&served, &person, "paused").await;
    assert_eq!(set_name(&served).await, "one", "others read from the replica, which has the older state");
    for _ in 0..20 {
        assert_eq!(name(&served, &person).await, "paused");
    }
    let other = Served::over(&served).await;
    assert_eq!(name(&other, &person).await, "paused", "on another process too");

    // Ten seconds behind is too far.
    let took = until_seen(&served, "two").await;
    assert!(took > Duration::from_secs(7) && took < Duration::from_secs(12), "{took:?}");
    let state = replica::state(&served.app.app).unwrap();
    assert!(matches!(state, State::Lagging(by) if by > Duration::from_secs(10)), "{state:?}");

    pair.tell("SELECT pg_wal_replay_resume()").await.unwrap();
    let took = until(&served.app.app, |state| matches!(state, State::InUse(_))).await;
    assert!(took < Duration::from_secs(3), "{took:?}");
    pair.tell("SELECT pg_wal_replay_pause()").await.unwrap();
    rename_set(&served, "three").await;
    assert_eq!(set_name(&served).await, "two", "it is read from again");
    pair.tell("SELECT pg_wal_replay_resume()").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_killed_is_not_missed() {
    let (mut pair, served) = world().await;
    let person = Person::new(&served, "chandra").await;
    let stop = tokio_util::sync::CancellationToken::new();
    let reader = |bearer: Option<String>, query: &'static str| {
        let (door, stop) = (crate::http::Door::at(served.address), stop.clone());
        tokio::spawn(async move {
            let (mut asked, mut slowest) = (0, Duration::ZERO);
            while !stop.is_cancelled() {
                let began = Instant::now();
                let answer = door.ask_as(bearer.as_deref(), query, json!({})).await;
                assert!(answer["errors"].is_null(), "{answer}");
                assert!(answer["extensions"]["stale"].is_null(), "{answer}");
                slowest = slowest.max(began.elapsed());
                asked += 1;
            }
            (asked, slowest)
        })
    };
    let readers =
        [reader(None, SET), reader(None, SET), reader(Some(person.access.clone()), NAME), reader(None, SET)];
    until_seen(&served, "one").await;
    pair.kill().unwrap();
    let took = until(&served.app.app, |state| matches!(state, State::Away(_))).await;
    assert!(took < Duration::from_secs(2), "{took:?}");
    rename_set(&served, "two").await;
    assert!(until_seen(&served, "two").await < Duration::from_secs(1), "the primary answers");

    pair.resume().await.unwrap();
    until(&served.app.app, |state| matches!(state, State::InUse(_))).await;
    pair.tell("SELECT pg_wal_replay_pause()").await.unwrap();
    rename_set(&served, "three").await;
    assert_eq!(set_name(&served).await, "two", "it is read from again");
    pair.tell("SELECT pg_wal_replay_resume()").await.unwrap();
    stop.cancel();
    for reader in readers {
        let (asked, slowest) = reader.await.unwrap();
        assert!(
            asked > 10 && slowest < Duration::from_secs(2),
            "{asked} asked, the slowest took {slowest:?}"
        );
    }
}

/// What may be read from a replica may not write: every query there is, as an admin, on a server that
/// refuses all writes.
#[tokio::test(flavor = "multi_thread")]
async fn every_query_can_be_answered_by_a_replica() {
    let (pair, served) = world().await;
    let behind = replica::inspect(&pair.primary_url(), &pair.replica_url()).await.unwrap();
    assert!(behind < 1 << 20, "{behind} bytes behind");
    let fixtures = std::fs::read_to_string(tests::project().join("tests/fixtures/access.toml")).unwrap();
    let fixtures: toml::Table = fixtures.parse().unwrap();
    let user = "INSERT INTO users (email, name, roles, status, access_changed_at, created_at) \
                VALUES ('a@b.example', 'a', 2, 1, now(), now()) RETURNING id";
    let id = domain::UserId(served.app.sql(user, &[]).await[0].get(0));
    let roles = Roles::default().with(Role::Admin);
    let admin = Actor::User(SignedIn { id, session: SessionId(1), roles, tier: Tier::User, version: 1 });
    until(&served.app.app, |state| matches!(state, State::InUse(_))).await;
    let schema = domain::root::schema().finish();
    let mut asked = 0;
    for (key, entry) in fixtures["entries"].as_table().unwrap() {
        let document = entry["document"].as_str().unwrap().replace("{set}", "rep");
        if document.starts_with("mutation") || document.starts_with("subscription") {
            continue;
        }
        let ctx = Ctx::new(served.app.app.clone(), admin).with_replica(true);
        let request = Request::new(document).data(Reader::loader(ctx.clone())).data(ctx);
        let response = schema.execute(request).await;
        for error in &response.errors {
            let fault = error.source::<domain::Error>();
            assert!(!matches!(fault, Some(domain::Error::Internal(_))), "{key}: {fault:?}");
        }
        asked += 1;
    }
    assert!(asked > 30, "{asked}");

    let ctx = Ctx::new(served.app.app.clone(), admin);
    let health = "{ systemHealth { replica { state lagSeconds reason } } }";
    let request = Request::new(health).data(Reader::loader(ctx.clone())).data(ctx);
    let told = schema.execute(request).await.data.into_json().unwrap();
    let replica = &told["systemHealth"]["replica"];
    assert_eq!((&replica["state"], &replica["reason"]), (&"IN_USE".into(), &serde_json::Value::Null));
    assert!(replica["lagSeconds"].as_f64().unwrap() < 10.0, "{replica}");
    let metrics = domain::operations::exposition(&served.app.app).await.unwrap();
    assert!(metrics.contains("replica_in_use 1"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_replica_of_ours_is_never_read_from() {
    let app = TestApp::with(|settings| settings.replica_url = Some(settings.database_url.clone())).await;
    let said = replica::inspect(&app.settings.database_url, &app.settings.database_url).await.unwrap_err();
    assert!(said.contains("follows no primary"), "{said}");
    let nowhere = "postgresql://nobody@127.0.0.1:1/none";
    assert!(replica::inspect(&app.settings.database_url, nowhere).await.is_err());
    let served = Served::of(app).await;
    until(&served.app.app, |state| matches!(state, State::Away(reason) if reason.contains("no primary")))
        .await;
    assert_eq!(served.ask("{ dataStatus { origin } }").await["data"]["dataStatus"]["origin"], "EMPTY");
}
