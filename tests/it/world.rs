//! Small worlds for the tests of imports: cards as Scryfall writes them, and what came of them.

use std::collections::HashMap;
use std::io::{BufRead, Cursor};
use std::path::Path;

use chrono::{DateTime, Utc};
use domain::catalog::{CardsImported, ObservedAt, Origin, import_cards};
use domain::{Actor, Ctx, PrintingId, Result, Roles, SessionId, SignedIn, Tier, UserId};
use serde_json::{Value, json};
use tests::TestApp;

/// A moment, as in `2026-11-01` or `2026-11-01T12:00:00Z`.
pub fn at(text: &str) -> DateTime<Utc> {
    let full = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    full.parse().expect("a moment")
}

/// Ids that are easy to tell apart.
pub fn printing_id(number: u32) -> String {
    format!("aaaaaaaa-0000-4000-8000-{number:012}")
}

pub fn oracle_id(number: u32) -> String {
    format!("bbbbbbbb-0000-4000-8000-{number:012}")
}

/// One printing: of card `oracle`, number `number` of set `tst`. Fields of `more` replace the usual ones.
pub fn card(number: u32, oracle: u32, more: &Value) -> Value {
    let mut card = json!({
        "object": "card", "id": printing_id(number), "oracle_id": oracle_id(oracle),
        "name": format!("Test Card {oracle}"), "lang": "en", "released_at": "2026-01-23", "layout": "normal",
        "mana_cost": "{1}{U}", "cmc": 2.0, "type_line": "Creature — Wizard", "oracle_text": "Flying",
        "power": "2", "toughness": "1", "colors": ["U"], "color_identity": ["U"], "keywords": ["Flying"],
        "legalities": {"standard": "legal", "modern": "legal", "vintage": "restricted"},
        "games": ["paper"], "reserved": false, "finishes": ["nonfoil", "foil"], "set": "tst",
        "set_id": "cccccccc-0000-4000-8000-000000000001", "set_name": "Test Set", "set_type": "expansion",
        "collector_number": number.to_string(), "digital": false, "rarity": "rare", "border_color": "black",
        "frame": "2015", "artist": "Somebody", "booster": true, "prices": {},
    });
    let fields = card.as_object_mut().expect("an object");
    fields.extend(more.as_object().cloned().unwrap_or_default());
    card
}

/// The cards as a file of JSON lines.
pub fn lines(cards: &[Value]) -> Vec<u8> {
    cards.iter().flat_map(|card| format!("{card}\n").into_bytes()).collect()
}

/// A file of `tests/fixtures`.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Imports a file that was made at a moment.
pub async fn import_file(app: &TestApp, file: Vec<u8>, made: &str) -> Result<CardsImported> {
    import_reader(app, Box::new(Cursor::new(file)), made).await
}

pub async fn import_reader(
    app: &TestApp,
    file: Box<dyn BufRead + Send>,
    made: &str,
) -> Result<CardsImported> {
    let observed = ObservedAt { file: at(made), lines: HashMap::new() };
    import_cards(&app.ctx(), Origin::Real, "cards.jsonl", file, observed, true).await
}

/// Imports cards that must be accepted.
pub async fn import(app: &TestApp, cards: &[Value], made: &str) -> CardsImported {
    import_file(app, lines(cards), made).await.expect("a file that can be imported")
}

/// The printings that there are.
pub async fn printings(app: &TestApp) -> Vec<PrintingId> {
    let rows = app.sql("SELECT id FROM printings ORDER BY id", &[]).await;
    rows.iter().map(|row| PrintingId(row.get(0))).collect()
}

/// Somebody new, in person.
pub async fn someone(app: &TestApp) -> Ctx {
    let user =
        "INSERT INTO users (name, access_changed_at, created_at) VALUES ('x', now(), now()) RETURNING id";
    let id = UserId(app.sql(user, &[]).await[0].get(0));
    let user = SignedIn { id, session: SessionId(1), roles: Roles::default(), tier: Tier::User, version: 1 };
    Ctx::new(app.app.clone(), Actor::User(user))
}

/// Codes and fields of what a mutation refused.
pub fn refusals(payload: &Value) -> Vec<(&str, &str)> {
    let errors = payload["errors"].as_array().unwrap_or_else(|| panic!("{payload}"));
    errors
        .iter()
        .map(|error| (error["code"].as_str().expect("a code"), error["field"].as_str().expect("a field")))
        .collect()
}

/// One number that a query answers.
pub async fn number(app: &TestApp, sql: &str) -> i64 {
    app.sql(&format!("SELECT ({sql})::int8"), &[]).await[0].get(0)
}
