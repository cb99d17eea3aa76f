//! What somebody is told: in the app, in every window, and by mail when they want it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::events::Relay;
use domain::notifications::deliver_next;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::http::Served;
use crate::people::{Person, mails};
use crate::world::{at, card, import, number};
use crate::ws::Socket;

const ALL: &str = "query ($first: Int!, $unread: Boolean!) { viewer { unreadNotifications \
    notifications(first: $first, unreadOnly: $unread) { nodes { id kind group title body link readAt card { name } \
    printing { set { code } } deliveries { channel state attempts heldUntil reason } } } } }";
const READ: &str = "mutation ($which: NotificationSelectionInput!, $read: Boolean! = true) { \
    markNotificationsRead(which: $which, read: $read) { changed unread errors { code field } } }";
const SET: &str = "mutation ($input: NotificationPreferencesInput!) { setNotificationPreferences(input: $input) { \
    preferences { email timeZone quietHours { from until } digest digestHour } errors { code field } } }";

/// Posts something as the platform does, at a moment: by what its own import posts, only smaller.
pub async fn post(served: &Served, person: &Person, keys: &[&str], kind: i16, now: DateTime<Utc>) {
    let user = domain::UserId::from_public(&person.id).unwrap().0;
    for key in keys {
        let one = "WITH n AS (INSERT INTO notifications (user_id, kind, dedupe_key, title, body, created_at) \
                   VALUES ($1, $2, $3, 'About ' || $3, 'Its body', $4) RETURNING id, user_id) \
                   INSERT INTO deliveries (user_id, notification_id, channel, state, next_attempt_at, changed_at) \
                   SELECT user_id, id, 1, 1, $4, $4 FROM n";
        served.app.sql(one, &[&user, &kind, key, &now]).await;
    }
}

async fn all(served: &Served, person: &Person) -> Value {
    let variables = json!({ "first": 100, "unread": false });
    let answer = served.ask_as(Some(&person.access), ALL, variables).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["viewer"].clone()
}

/// What became of deliveries, by title.
async fn states(served: &Served, person: &Person) -> Vec<(String, String)> {
    let all = all(served, person).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = all["notifications"]["nodes"].as_array().unwrap().iter().rev();
    nodes.map(|node| (text(&node["title"]), text(&node["deliveries"][0]["state"]))).collect()
}

pub async fn deliver(served: &Served, now: DateTime<Utc>) {
    while deliver_next(&served.app.ctx().at(now), true).await.unwrap() {}
}

async fn set(served: &Served, person: &Person, input: Value) -> Value {
    let answer = served.ask_as(Some(&person.access), SET, json!({ "input": input })).await;
    answer["data"]["setNotificationPreferences"].clone()
}

async fn import_of(served: &Served, person: &Person, name: &str) {
    let start =
        "mutation ($name: String!) { startInventoryImport(fileName: $name) { import { id } uploadPath } }";
    let started = served.ask_as(Some(&person.access), start, json!({ "name": name })).await;
    let started = &started["data"]["startInventoryImport"];
    let path = started["uploadPath"].as_str().unwrap();
    let file = "Name,Quantity\nTest Card 1,2\n";
    let url = format!("http://{}{path}", served.address);
    let sent = served.client.put(url).body(file).send().await.unwrap();
    assert!(sent.status().is_success(), "{}", sent.status());
    jobs::run_due(served.app.app.clone(), jobs::Registry::all()).await.unwrap();
    let enter =
        "mutation ($id: ID!) { enterInventoryImport(id: $id, approximate: true) { errors { message } } }";
    let id = started["import"]["id"].clone();
    let entered = served.ask_as(Some(&person.access), enter, json!({ "id": id })).await;
    assert_eq!(entered["data"]["enterInventoryImport"]["errors"], json!([]), "{entered}");
    jobs::run_due(served.app.app.clone(), jobs::Registry::all()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_import_is_told_in_every_window_and_once() {
    let served = Served::new().await;
    import(&served.app, &[card(1, 1, &json!({}))], "2026-11-01").await;
    let (jace, vraska) = (Person::new(&served, "jace").await, Person::new(&served, "vraska").await);
    let relay = Relay::new(served.app.app.hub.clone(), served.app.settings.database_url.clone());
    let relay = tokio::spawn(relay.run());
    let follow = "subscription { notificationReceived { kind unread notification { title kind link } } }";
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": follow } });
    let mut windows = Vec::new();
    for person in [&jace, &jace, &vraska] {
        let mut socket = Socket::open_as(served.address, &person.access).await;
        socket.say(subscribe.clone()).await;
        let first = socket.hear().await["payload"]["data"]["notificationReceived"].clone();
        assert_eq!(first, json!({ "kind": "SNAPSHOT", "unread": 0, "notification": null }));
        windows.push(socket);
    }
    import_of(&served, &jace, "binder.csv").await;
    for window in &mut windows[..2] {
        let heard = window.hear().await["payload"]["data"]["notificationReceived"].clone();
        assert_eq!(heard["unread"], 1, "{heard}");
        assert_eq!(heard["notification"]["title"], "binder.csv is in your inventory");
        assert!(heard["notification"]["link"].as_str().unwrap().starts_with("/inventory/import?id="));
    }
    let told = all(&served, &jace).await;
    let id = told["notifications"]["nodes"][0]["id"].clone();
    assert_eq!(
        (&told["unreadNotifications"], &told["notifications"]["nodes"][0]["deliveries"]),
        (&json!(1), &json!([]))
    );

    let stolen = json!({ "which": { "ids": [id] } });
    let refused = served.ask_as(Some(&vraska.access), READ, stolen.clone()).await;
    let expected =
        json!({ "changed": 0, "unread": null, "errors": [{ "code": "NOT_FOUND", "field": "which.ids[0]" }] });
    assert_eq!(refused["data"]["markNotificationsRead"], expected);
    let read = served.ask_as(Some(&jace.access), READ, stolen.clone()).await;
    assert_eq!(read["data"]["markNotificationsRead"], json!({ "changed": 1, "unread": 0, "errors": [] }));
    for window in &mut windows[..2] {
        let heard = window.hear().await["payload"]["data"]["notificationReceived"].clone();
        assert_eq!(
            (&heard["unread"], &heard["notification"]),
            (&json!(0), &Value::Null),
            "the other tab knows"
        );
    }
    let again = json!({ "which": { "ids": stolen["which"]["ids"] }, "read": false });
    let again = served.ask_as(Some(&jace.access), READ, again).await;
    assert_eq!(again["data"]["markNotificationsRead"]["unread"], 1);
    let until = json!({ "which": { "until": served.app.ctx().now() } });
    let until = served.ask_as(Some(&jace.access), READ, until).await;
    assert_eq!(until["data"]["markNotificationsRead"]["unread"], 0);
    // The same again, as a worker would that died before it could say that it was done.
    served.app.sql("UPDATE inventory_imports SET state = 4", &[]).await;
    let known = served.app.sql("SELECT id FROM inventory_imports", &[]).await[0].get(0);
    domain::imports::enter(&served.app.ctx(), domain::ImportId(known)).await.unwrap();
    assert_eq!(number(&served.app, "SELECT count(*) FROM notifications").await, 1);
    relay.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_waits_for_the_morning_and_goes_out_together() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let wrong = json!({ "timeZone": "Ravnica/Tenth", "quietHours": { "from": "22:00", "until": "22:00" }, "digestHour": 24 });
    let refused = set(&served, &jace, wrong).await;
    let said: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(said, ["timeZone", "quietHours", "digestHour"]);
    let night = json!({ "timeZone": "Europe/Berlin", "quietHours": { "from": "22:00", "until": "07:00" } });
    let kept = set(&served, &jace, night).await["preferences"].clone();
    let expected = json!({ "email": ["ALERT"], "timeZone": "Europe/Berlin", "digest": "OFF", "digestHour": 8,
        "quietHours": { "from": "22:00", "until": "07:00" } });
    assert_eq!(kept, expected);

    // An hour before the clocks go forward: the night is an hour shorter.
    let posted = at("2027-03-27T23:30:00Z");
    post(&served, &jace, &["a", "b"], 1, posted).await;
    let before = mails(&served.app, &jace.email).await.len();
    deliver(&served, posted).await;
    let held = all(&served, &jace).await["notifications"]["nodes"][0]["deliveries"][0].clone();
    assert_eq!(
        (&held["state"], &held["heldUntil"]),
        (&json!("QUEUED"), &json!("2027-03-28T05:00:00+00:00")),
        "{held}"
    );
    deliver(&served, at("2027-03-28T04:59:59Z")).await;
    assert_eq!(mails(&served.app, &jace.email).await.len(), before);
    deliver(&served, at("2027-03-28T05:00:00Z")).await;
    let sent = mails(&served.app, &jace.email).await;
    assert_eq!(sent.len(), before + 1, "both in one");
    let (subject, body) = sent.last().unwrap();
    assert_eq!(subject, "2 notifications from Dualcaster Deals");
    assert!(
        body.contains("About a") && body.contains("About b") && body.contains("/settings/notifications"),
        "{body}"
    );
    deliver(&served, at("2027-03-29T05:00:00Z")).await;
    assert_eq!(mails(&served.app, &jace.email).await.len(), before + 1, "once");

    let daily = json!({ "quietHours": null, "digest": "DAILY", "digestHour": 18 });
    set(&served, &jace, daily).await;
    post(&served, &jace, &["c"], 1, at("2027-04-01T10:00:00Z")).await;
    post(&served, &jace, &["d"], 1, at("2027-04-01T15:59:00Z")).await;
    post(&served, &jace, &["e"], 1, at("2027-04-01T16:00:00Z")).await;
    for (now, more) in [("2027-04-01T15:59:59Z", 1), ("2027-04-01T16:00:00Z", 2), ("2027-04-02T16:00:00Z", 3)]
    {
        deliver(&served, at(now)).await;
        assert_eq!(mails(&served.app, &jace.email).await.len(), before + more, "{now}");
    }
    let last = mails(&served.app, &jace.email).await.pop().unwrap().1;
    assert!(last.contains("About e") && !last.contains("About d"), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_wanted_any_more_does_not_go_out() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let now = at("2027-01-10T12:00:00Z");
    let before = mails(&served.app, &jace.email).await.len();
    post(&served, &jace, &["read"], 1, now).await;
    let until = json!({ "which": { "until": "2027-02-01T00:00:00Z" } });
    served.ask_as(Some(&jace.access), READ, until).await;
    post(&served, &jace, &["of an import"], 2, now).await;
    deliver(&served, now).await;
    let nowhere = deliver_next(&served.app.ctx().at(now), false).await.unwrap();
    assert!(!nowhere, "nobody waits");
    post(&served, &jace, &["without a server"], 1, now).await;
    assert!(deliver_next(&served.app.ctx().at(now), false).await.unwrap());
    let expected = ["About read", "About of an import", "About without a server"];
    let expected: Vec<_> =
        expected.iter().map(|title| ((*title).to_owned(), "SUPPRESSED".to_owned())).collect();
    assert_eq!(states(&served, &jace).await, expected);
    assert_eq!(mails(&served.app, &jace.email).await.len(), before);
    let told = all(&served, &jace).await;
    assert_eq!(
        told["notifications"]["nodes"][0]["deliveries"][0]["reason"],
        "this installation sends no mail"
    );
    assert_eq!(told["unreadNotifications"], 2, "in the app they are told all the same");

    let old = "UPDATE notifications SET read_at = now() - interval '181 d' WHERE read_at IS NOT NULL";
    served.app.sql(old, &[]).await;
    assert_eq!(domain::notifications::sweep(&served.app.ctx()).await.unwrap(), 1);
    assert_eq!(all(&served, &jace).await["notifications"]["nodes"].as_array().unwrap().len(), 2);
}

/// Ten workers at the same time make one mail of what one reader is to be told.
#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_workers_make_one_mail() {
    let served = Served::new().await;
    let (jace, now) = (Person::new(&served, "jace").await, at("2027-01-10T12:00:00Z"));
    let before = mails(&served.app, &jace.email).await.len();
    let keys: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    post(&served, &jace, &keys.iter().map(String::as_str).collect::<Vec<_>>(), 1, now).await;
    let ctx = served.app.ctx().at(now);
    let workers = (0..6).map(|_| deliver_next(&ctx, true));
    futures_util::future::try_join_all(workers).await.unwrap();
    let sent = mails(&served.app, &jace.email).await;
    assert_eq!(sent.len(), before + 1);
    assert!(sent.last().unwrap().1.contains("And 10 more"), "{}", sent.last().unwrap().1);
    assert_eq!(number(&served.app, "SELECT count(*) FROM deliveries WHERE state = 2").await, 60);
}

/// A Resend that takes a mail and is not heard to say so.
#[derive(Clone, Default)]
struct Deaf(Arc<Mutex<Vec<(String, Value)>>>);

async fn take(State(deaf): State<Deaf>, headers: HeaderMap, Json(mail): Json<Value>) -> Response {
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    assert_eq!(headers["authorization"], "Bearer re_secret");
    let mut taken = deaf.0.lock().await;
    if taken.iter().any(|(known, _)| *known == key) {
        return Json(json!({ "id": "49a3999c" })).into_response();
    }
    taken.push((key, mail));
    // Its answer is lost on the way.
    (StatusCode::GATEWAY_TIMEOUT, "").into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_answer_is_lost_is_sent_again_and_is_one_mail() {
    let served = Served::new().await;
    let (jace, deaf) = (Person::new(&served, "jace").await, Deaf::default());
    served.app.sql("UPDATE mails SET next_attempt_at = NULL", &[]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = axum::Router::new().route("/emails", axum::routing::post(take)).with_state(deaf.clone());
    let service = tokio::spawn(async move { axum::serve(listener, routes).await });
    let mailer = jobs::Mailer::resend(&url, "re_secret", "Deals <deals@ravnica.example>").unwrap();
    let stop = CancellationToken::new();
    let work = |stop: &CancellationToken| {
        let (app, mailer, stop) = (served.app.another(), mailer.clone(), stop.clone());
        tokio::spawn(async move { jobs::work(app, mailer, jobs::Registry::all(), stop).await })
    };
    let first = work(&stop);
    post(&served, &jace, &["lightning"], 1, served.app.ctx().now() - TimeDelta::seconds(1)).await;
    served.until(async || deaf.0.lock().await.len() == 1).await;
    let tried = "SELECT FROM deliveries WHERE attempts = 1 AND last_error LIKE '%504%'";
    served.until(async || !served.app.sql(tried, &[]).await.is_empty()).await;
    // The worker dies; another one comes, later.
    first.abort();
    stop.cancel();
    served.app.sql("UPDATE mails SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL", &[]).await;
    let stop = CancellationToken::new();
    let second = work(&stop);
    let done = "SELECT FROM deliveries WHERE state = 3 AND attempts = 2 AND provider_id = '49a3999c' AND last_error IS NULL";
    served.until(async || !served.app.sql(done, &[]).await.is_empty()).await;
    let taken = deaf.0.lock().await.clone();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(
        (&taken[0].1["subject"], &taken[0].1["to"]),
        (&json!("About lightning"), &json!([jace.email]))
    );
    assert_eq!(taken[0].1["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "{taken:?}");
    stop.cancel();
    second.await.unwrap().unwrap();
    service.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_notifications_costs_as_many_statements_as_one() {
    let served = Served::new().await;
    import(&served.app, &[card(1, 1, &json!({}))], "2026-11-01").await;
    let jace = Person::new(&served, "jace").await;
    let keys: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    post(&served, &jace, &keys, 1, at("2027-01-10T12:00:00Z")).await;
    let about = "UPDATE notifications SET card_id = (SELECT min(id) FROM cards), printing_id = (SELECT min(id) FROM printings)";
    served.app.sql(about, &[]).await;
    // Who asks is looked up once.
    all(&served, &jace).await;
    let mut counts = Vec::new();
    for first in [1, 60] {
        let ask = served.ask_as(Some(&jace.access), ALL, json!({ "first": first, "unread": true }));
        let (answer, statements) = served.app.statements(ask).await.unwrap();
        let nodes = answer["data"]["viewer"]["notifications"]["nodes"].as_array().map(Vec::len);
        assert_eq!(nodes, Some(first), "{answer}");
        counts.push(statements.len());
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
}
