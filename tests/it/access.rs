//! The access matrix: everything that can be asked, as everybody who can ask.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use async_graphql::{Request, Response, Value as GqlValue};
use domain::accounts::{Bearer, authenticate};
use domain::{Actor, Ctx, Reader, Role, Roles, Scope, Scopes, SessionId, SignedIn, Tier, UserId};
use futures_util::StreamExt;
use serde::Deserialize;
use tests::{TestApp, project};

const COLUMNS: [&str; 11] = [
    "anonymous",
    "owner",
    "other",
    "blocked",
    "moderator",
    "admin",
    "key-catalogue",
    "key-read",
    "key-write",
    "key-partner",
    "service",
];

#[derive(Deserialize)]
struct Policy {
    policies: BTreeMap<String, String>,
    entries: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    policy: String,
    document: String,
}

impl Policy {
    fn read() -> Self {
        let path = project().join("tests/fixtures/access.toml");
        toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn row(&self, entry: &Entry) -> Vec<&str> {
        let row: Vec<&str> = self.policies[&entry.policy].split_whitespace().collect();
        assert_eq!(row.len(), COLUMNS.len(), "{}", entry.policy);
        row
    }
}

/// What must be in the policy, by the schema: `Type.field`, and the arguments that take ids.
fn required() -> BTreeMap<String, Vec<String>> {
    let document = parse_schema(domain::root::schema().finish().sdl()).unwrap();
    let mut required = BTreeMap::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let (name, definition) = (definition.node.name.node.as_str(), &definition.node);
        let TypeKind::Object(object) = &definition.kind else { continue };
        if object.implements.iter().any(|interface| interface.node == "Node") {
            required.insert(format!("Node.{name}"), Vec::new());
        }
        let all = ["Query", "Mutation", "Subscription", "Viewer"].contains(&name);
        for field in &object.fields {
            let arguments = field.node.arguments.iter().map(|argument| &argument.node);
            let ids = arguments.filter(|argument| argument.ty.node.to_string().contains("ID"));
            let ids: Vec<String> = ids.map(|argument| argument.name.node.to_string()).collect();
            if all || !ids.is_empty() {
                required.insert(format!("{name}.{}", field.node.name.node), ids);
            }
        }
    }
    required
}

#[test]
fn every_field_has_a_policy_and_every_policy_a_field() {
    let (policy, required) = (Policy::read(), required());
    let written: BTreeSet<&String> =
        policy.entries.keys().filter(|key| !key.starts_with("no node")).collect();
    let missing: Vec<_> = required.keys().filter(|key| !written.contains(key)).collect();
    let stale: Vec<_> = written.iter().filter(|key| !required.contains_key(**key)).collect();
    assert!(missing.is_empty(), "say in tests/fixtures/access.toml who may: {missing:#?}");
    assert!(stale.is_empty(), "the schema does not have these any more: {stale:#?}");
    for (key, ids) in &required {
        let entry = &policy.entries[key];
        policy.row(entry);
        let asked = |id: &&String| !entry.document.contains(&format!("{id}:"));
        let unasked: Vec<_> = ids.iter().filter(asked).collect();
        assert!(unasked.is_empty(), "{key} is not asked with {unasked:?}");
    }
}

struct Somebody {
    id: UserId,
    session: SessionId,
    key: String,
    placeholders: Vec<(&'static str, String)>,
}

/// Somebody with one of everything, each of it marked.
async fn somebody(app: &TestApp, mark: &str, roles: Roles, scopes: Scopes, blocked: bool) -> Somebody {
    let email = format!("{mark}@ravnica.example");
    let status: i16 = if blocked { 2 } else { 1 };
    let user = "INSERT INTO users (email, name, roles, status, access_changed_at, created_at) \
                VALUES ($1, $2, $3, $4, now(), now()) RETURNING id";
    let user: i32 = app.sql(user, &[&email, &mark, &roles.0, &status]).await[0].get(0);
    let session = "INSERT INTO sessions (user_id, created_at, last_used_at, expires_at, authenticated_at, agent, address) \
                   VALUES ($1, now(), now(), now() + interval '1 d', now(), $2, $2) RETURNING id";
    let session: i32 = app.sql(session, &[&user, &mark]).await[0].get(0);
    let secret = format!("dd_{}", uuid::Uuid::now_v7().simple());
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
    let key = "INSERT INTO api_keys (user_id, name, prefix, hash, scopes, created_at, expires_at) \
               VALUES ($1, $2, 'dd_', $3, $4, now(), now() + interval '1 d') RETURNING id";
    let key: i32 = app.sql(key, &[&user, &mark, &hash.as_ref(), &scopes.0]).await[0].get(0);
    let identity = "INSERT INTO identities (user_id, provider, subject, email, name, created_at, last_used_at) \
                    VALUES ($1, 1, $2, $2, $2, now(), now()) RETURNING id";
    let identity: i32 = app.sql(identity, &[&user, &mark]).await[0].get(0);
    let rest = "WITH e AS (INSERT INTO account_exports VALUES ($1, now(), now(), $2)), \
                l AS (INSERT INTO audit_log (at, event, user_id, detail_hash) VALUES (now(), 2, $1, '') RETURNING id) \
                INSERT INTO audit_details SELECT id, $1, '', NULL, NULL, jsonb_build_object('about', $2) FROM l";
    app.sql(rest, &[&user, &mark]).await;
    let job = "INSERT INTO jobs (kind, payload, lane, priority, state, run_at, max_attempts, created_at) \
               VALUES ('x', jsonb_build_object('about', $1::text), 'x', 2, $2, now(), 1, now()) RETURNING id";
    let dead: i64 = app.sql(job, &[&mark, &7_i16]).await[0].get(0);
    let queued: i64 = app.sql(job, &[&mark, &1_i16]).await[0].get(0);
    let binder = "INSERT INTO binders (user_id, name, created_at) VALUES ($1, $2, now()) RETURNING id";
    let binder: i32 = app.sql(binder, &[&user, &mark]).await[0].get(0);
    let lot = "INSERT INTO inventory_items (user_id, identity, printing_id, finish, grade, language, binder_id, signed, \
               altered, misprint, for_trade, notes, tags, quantity, held_since, created_at, changed_at) \
               SELECT $1, gen_random_uuid(), min(id), 1, 2, 1, $2, false, false, false, false, $3, '{}', 1, current_date, \
                   now(), now() \
               FROM printings RETURNING id";
    let lot: i32 = app.sql(lot, &[&user, &binder, &mark]).await[0].get(0);
    let change = "INSERT INTO inventory_changes (user_id, kind, at, lots, copies) VALUES ($1, 1, now(), 1, 1) RETURNING id";
    let change: i32 = app.sql(change, &[&user]).await[0].get(0);
    let books = "WITH v AS (INSERT INTO inventories VALUES ($1, 1, 1, 1)) \
                 INSERT INTO inventory_movements (change_id, item_id, user_id, copies) VALUES ($2, $3, $1, 1)";
    app.sql(books, &[&user, &change, &lot]).await;
    let notification = "WITH n AS (INSERT INTO notifications (user_id, kind, dedupe_key, title, body, created_at) \
                            VALUES ($1, 1, 'x', $2, $2, now()) RETURNING id), \
                        d AS (INSERT INTO deliveries (user_id, notification_id, channel, state, last_error, changed_at) \
                            SELECT $1, id, 1, 4, $2, now() FROM n) SELECT id FROM n";
    let notification: i32 = app.sql(notification, &[&user, &mark]).await[0].get(0);
    let wantlist = "INSERT INTO want_lists (user_id, name, is_default, created_at, changed_at) \
                    VALUES ($1, $2, true, now(), now()) RETURNING id";
    let wantlist: i32 = app.sql(wantlist, &[&user, &mark]).await[0].get(0);
    // Of a card that has a price, and dear enough to be reached.
    let want = "INSERT INTO wants (user_id, list_id, card_id, quantity, target, target_currency, priority, note, \
                    added_at, changed_at) \
                SELECT $1, $2, min(p.card_id), 99, 900000000, 'USD', 3, $3, now(), now() FROM printings p \
                JOIN price_series s ON s.printing_id = p.id \
                WHERE s.headline AND s.currency IN (1, 2) AND s.kind <> 9 AND NOT p.digital RETURNING id";
    let want: i32 = app.sql(want, &[&user, &wantlist, &mark]).await[0].get(0);
    let detected = dialects::detect(b"Name,Quantity\nIsland,1\n").expect("a table");
    let detected = serde_json::to_string(&detected).expect("JSON");
    let import = "WITH i AS (INSERT INTO inventory_imports (user_id, file_name, state, detected, created_at, changed_at) \
                      VALUES ($1, $2, 3, ($3::text)::jsonb, now(), now()) RETURNING id), \
                  r AS (INSERT INTO inventory_import_rows (import_id, n, line, status, lot, causes, copies) \
                      SELECT id, 1, 2, 3, jsonb_build_object('name', $2::text), '[]', 0 FROM i) SELECT id FROM i";
    let import: i32 = app.sql(import, &[&user, &mark, &detected]).await[0].get(0);
    let alert = "WITH a AS (INSERT INTO alerts (user_id, name, printing_id, book, currency, rule, amount, persistence_minutes, band, \
                 daily_limit, announce_met, created_at, changed_at) \
                 SELECT $1, $2, min(id), 1, 1, 1, 1, 0, 0, 1, true, now(), now() FROM printings RETURNING id), \
                 s AS (INSERT INTO alert_states (alert_id, phase, since) SELECT id, 2, now() FROM a) \
                 INSERT INTO alert_events (alert_id, user_id, crossing, at, state, side, since) \
                 SELECT id, $1, 1, now(), 1, 1, now() FROM a RETURNING alert_id, id";
    let alert = &app.sql(alert, &[&user, &mark]).await[0];
    let saved = "INSERT INTO saved_searches (user_id, name, query, prints, tells, created_at, changed_at) \
                 VALUES ($1, $2, $2, false, false, now(), now()) RETURNING id";
    let saved: i32 = app.sql(saved, &[&user, &mark]).await[0].get(0);
    let share = "INSERT INTO shares (user_id, binder_id, token, shows_prices, created_at, changed_at) \
                 VALUES ($1, $2, $3, true, now(), now()) RETURNING id";
    let token = mark.replace('-', "").chars().rev().take(22).collect::<String>();
    let share: i32 = app.sql(share, &[&user, &binder, &token]).await[0].get(0);
    let placeholders = vec![
        ("{share}", domain::ShareId(share).public()),
        ("{token}", token),
        ("{savedsearch}", domain::SavedSearchId(saved).public()),
        ("{alert}", domain::AlertId(alert.get(0)).public()),
        ("{alertevent}", domain::AlertEventId(alert.get(1)).public()),
        ("{import}", domain::ImportId(import).public()),
        ("{lot}", domain::LotId(lot).public()),
        ("{binder}", domain::BinderId(binder).public()),
        ("{change}", domain::ChangeId(change).public()),
        ("{notification}", domain::NotificationId(notification).public()),
        ("{wantlist}", domain::WantListId(wantlist).public()),
        ("{want}", domain::WantId(want).public()),
        ("{dead}", dead.to_string()),
        ("{queued}", queued.to_string()),
        ("{user}", UserId(user).public()),
        ("{session}", SessionId(session).public()),
        ("{key}", domain::ApiKeyId(key).public()),
        ("{identity}", domain::IdentityId(identity).public()),
    ];
    Somebody { id: UserId(user), session: SessionId(session), key: secret, placeholders }
}

impl Somebody {
    fn in_person(&self, roles: Roles) -> Actor {
        Actor::User(SignedIn { id: self.id, session: self.session, roles, tier: Tier::User, version: 1 })
    }

    /// As the platform knows them by their key; nobody, if it does not.
    async fn by_key(&self, app: &TestApp) -> Option<Actor> {
        authenticate(&app.visitor(), Bearer(&self.key)).await.ok().map(|permit| permit.actor)
    }
}

/// The actor of a column; none, if they are not let in at all.
async fn actor(app: &TestApp, column: &str, owner: &Somebody) -> Option<Actor> {
    let mark = format!("actor-{}", uuid::Uuid::now_v7().simple());
    let scopes: Scopes = match column {
        "key-read" => [Scope::ReadCatalogue, Scope::ReadOwn].into_iter().collect(),
        "key-write" => [Scope::ReadCatalogue, Scope::ReadOwn, Scope::WriteOwn].into_iter().collect(),
        "key-partner" => [Scope::ReadCatalogue, Scope::Partner].into_iter().collect(),
        "blocked" => Scopes(15),
        _ => Scopes(1),
    };
    let roles = match column {
        "moderator" => Roles::default().with(Role::Moderator),
        "admin" => Roles::default().with(Role::Admin),
        _ => Roles::default(),
    };
    match column {
        "anonymous" => Some(Actor::Anonymous),
        "service" => Some(Actor::Service),
        "owner" => Some(owner.in_person(roles)),
        _ => {
            let who = somebody(app, &mark, roles, scopes, column == "blocked").await;
            if column == "key-partner" {
                app.sql("UPDATE users SET tier = 4 WHERE id = $1", &[&who.id.0]).await;
            }
            match column {
                "other" | "moderator" | "admin" => Some(who.in_person(roles)),
                _ => who.by_key(app).await,
            }
        }
    }
}

async fn ask(app: &TestApp, actor: Actor, document: String) -> Response {
    let ctx = Ctx::new(app.app.clone(), actor);
    let request = Request::new(document).data(Reader::loader(ctx.clone())).data(ctx);
    let schema = domain::root::schema().finish();
    schema.execute_stream(request).next().await.expect("a first event")
}

fn outcome(response: &Response) -> String {
    if let Some(error) = response.errors.first() {
        let code = error.source::<domain::Error>().map(|error| error.code());
        return match code.unwrap_or(&error.message) {
            "UNAUTHENTICATED" => "U".to_owned(),
            "FORBIDDEN" => "F".to_owned(),
            "NOT_FOUND" => "N".to_owned(),
            other => other.to_owned(),
        };
    }
    let GqlValue::Object(fields) = &response.data else { panic!("{response:?}") };
    // What a person can correct is in the payload.
    if fields.values().any(|payload| payload.to_string().contains("code: NOT_FOUND")) {
        return "N".to_owned();
    }
    let nothing = fields.values().all(|value| *value == GqlValue::Null);
    if nothing { "null".to_owned() } else { "ok".to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_the_policy_says_and_nothing_of_anybody_elses() {
    let (app, policy) = (TestApp::new().await, Policy::read());
    domain::demo::load(&app.ctx(), |_, _| {}).await.unwrap();
    let known = app
        .gql(
            "{ printing: search(first: 1) { nodes { id card { id } set { id code } } } }",
            serde_json::json!({}),
        )
        .await;
    jobs::run_due(app.app.clone(), jobs::Registry::all()).await.unwrap();
    let printing = &known["data"]["printing"]["nodes"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let article = "INSERT INTO news_articles (publisher, guid, url, title, summary, authors, published_at, found_at) \
                   VALUES ('x', 'x', 'https://x.example', 'x', 'x', '{}', now(), now()) RETURNING id";
    let article = domain::ArticleId(app.sql(article, &[]).await[0].get(0)).public();
    let tournament = "INSERT INTO tournaments (source_id, name, format, players, started_at, decks, content_hash, \
                      observed_at) VALUES ('x', 'x', 'EDH', 0, now(), 0, 0, now()) RETURNING id";
    let tournament = domain::TournamentId(app.sql(tournament, &[]).await[0].get(0)).public();
    let public = [
        ("{tournament}", tournament),
        ("{article}", article),
        ("{printing}", text(&printing["id"])),
        ("{card}", text(&printing["card"]["id"])),
        ("{setid}", text(&printing["set"]["id"])),
        ("{set}", text(&printing["set"]["code"])),
    ];
    let (mut cells, mut wrong) = (0, Vec::new());
    for (key, entry) in &policy.entries {
        for (column, expected) in COLUMNS.iter().zip(policy.row(entry)) {
            let mark = format!("mark-{}", uuid::Uuid::now_v7().simple());
            let owner = somebody(&app, &mark, Roles::default(), Scopes(1), false).await;
            let replace = |text: String, (name, value): &(&str, String)| text.replace(name, value);
            let document = public.iter().chain(&owner.placeholders).fold(entry.document.clone(), replace);
            let (got, answer) = match actor(&app, column, &owner).await {
                None => ("U".to_owned(), String::new()),
                Some(actor) => {
                    let response = ask(&app, actor, document).await;
                    (outcome(&response), serde_json::to_string(&response).unwrap())
                }
            };
            if got != expected {
                wrong.push(format!("{key} as {column}: {got}, not {expected}: {answer}"));
            }
            let private = key.starts_with("Viewer.")
                && !["Viewer.scopes", "Viewer.accountExport"].contains(&key.as_str());
            match *column {
                "owner" if private => {
                    assert!(answer.contains(&mark), "{key} shows the owner nothing: {answer}")
                }
                "owner" | "admin" => {}
                "service" if entry.policy == "admin" => {}
                _ if answer.contains(&mark) => {
                    wrong.push(format!("{key} as {column} shows what is the owner's: {answer}"))
                }
                _ => {}
            }
            cells += 1;
        }
    }
    println!("{cells} cells of access");
    assert!(cells > 500 && wrong.is_empty(), "{wrong:#?}");
}
