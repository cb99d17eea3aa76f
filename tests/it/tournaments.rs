//! Tournaments from the stand-in of TopDeck.gg: standings, decks, and the cards in them.

use chrono::TimeDelta;
use domain::sources::{Outside, OutsideSettings, Reason, Service};
use domain::{Error, Result};
use fakes::Mood;
use jobs::{Doors, Registry};
use markets::packed::{BytesRead, unpack};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use tests::{TestApp, project, variable};

use crate::search_data;
use crate::sources_stage::{Stage, cards};
use crate::world::number;

const LIST: &str = "query ($first: Int!, $after: String, $format: String, $min: Int) { \
    tournaments(first: $first, after: $after, format: $format, minPlayers: $min) { pageInfo { hasNextPage endCursor } \
    nodes { id name format players startedAt url deckCount standings(first: 2) { place wins draws losses deck { url copies unmatched } } } } }";
const ONE: &str = "query ($id: ID!, $after: Int!) { tournament(id: $id) { name standings(first: 1, after: $after) { place deck { cards { part name copies card { name } } } } } }";

/// Visits so far. Each test is a process of its own.
static VISITS: AtomicI64 = AtomicI64::new(0);

/// The stand-in's world began in the past; the clock of the test must be its.
async fn visit(stage: &Stage) -> Result<domain::sources::Outcome> {
    let later = TimeDelta::seconds(VISITS.fetch_add(1, Ordering::Relaxed));
    let ctx = stage.app.ctx().at(stage.fakes.now() + later);
    domain::sources::refresh(&ctx, &stage.outside, Service::TopDeck, &()).await
}

/// Everything that is stored, with when each row was written.
async fn written(app: &TestApp) -> String {
    let sql = "SELECT md5(coalesce(string_agg(r, ';' ORDER BY r), '')) FROM ( \
        SELECT concat_ws(',', xmin, id, name) AS r FROM tournaments UNION ALL \
        SELECT concat_ws(',', xmin, tournament_id, place) FROM tournament_standings UNION ALL \
        SELECT concat_ws(',', xmin, id) FROM decklists UNION ALL \
        SELECT concat_ws(',', xmin, decklist_id, name, copies) FROM decklist_cards) x";
    app.sql(sql, &[]).await[0].get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn tournaments_are_stored_once_with_standings_and_decks() {
    let stage = Stage::new().await;
    let first = visit(&stage).await.unwrap();
    assert_eq!(
        (first.rows, first.changed, first.unmatched, &first.degraded),
        (120, 120, 0, &None),
        "eight formats, every other day of thirty"
    );
    assert_eq!(number(&stage.app, "SELECT count(*) FROM tournament_standings").await, 120 * 8);
    assert_eq!(number(&stage.app, "SELECT count(*) FROM decklist_cards WHERE card_id IS NULL").await, 0);
    let names = "SELECT count(*) FROM information_schema.columns WHERE table_name LIKE 'tournament%' AND column_name LIKE '%player_name%'";
    assert_eq!(number(&stage.app, names).await, 0);
    let stored = written(&stage.app).await;

    // The whole month again, as a visit that knows of no other one asks for it.
    stage.app.sql("UPDATE source_states SET observed_at = NULL", &[]).await;
    let again = visit(&stage).await.unwrap();
    assert_eq!((again.rows, again.changed), (120, 0));
    assert_eq!(written(&stage.app).await, stored, "not one row was written");

    // Later visits ask for what they may have missed, and not for more.
    let later = visit(&stage).await.unwrap();
    assert!(later.rows < 30 && later.changed == 0 && later.degraded.is_none(), "{later:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_tournament_is_corrected_and_a_cut_one_is_not_believed() {
    let stage = Stage::new().await;
    visit(&stage).await.unwrap();
    stage.app.sql("UPDATE source_states SET observed_at = NULL", &[]).await;
    stage.app.sql("UPDATE tournaments SET content_hash = 0, name = 'Wrong' WHERE id <= 3", &[]).await;
    stage.app.sql("DELETE FROM tournament_standings WHERE tournament_id = 2 AND place > 1", &[]).await;
    let mended = visit(&stage).await.unwrap();
    assert_eq!((mended.changed, mended.degraded), (3, None));
    assert_eq!(number(&stage.app, "SELECT count(*) FROM tournaments WHERE name = 'Wrong'").await, 0);
    assert_eq!(number(&stage.app, "SELECT count(*) FROM tournament_standings").await, 120 * 8);

    // So much less than before is not believed: of a tournament, and of tournaments.
    let now = stage.fakes.now();
    stage.app.sql("UPDATE source_states SET observed_at = $1", &[&now]).await;
    stage.app.sql("UPDATE tournaments SET players = 99, content_hash = 0", &[]).await;
    let stored = written(&stage.app).await;
    let cut = visit(&stage).await.unwrap();
    assert!(matches!(&cut.degraded, Some(Reason::Shrunk(how)) if how.contains("standings")), "{cut:?}");
    assert_eq!(written(&stage.app).await, stored, "the older word stays");
    let state = "SELECT observed_at = $1 FROM source_states";
    assert!(stage.app.sql(state, &[&now]).await[0].get::<_, bool>(0), "and is as old as it was");
    stage.app.sql("UPDATE tournaments SET players = 8", &[]).await;
    let more = "INSERT INTO tournaments (source_id, name, format, players, started_at, decks, content_hash, observed_at) \
                SELECT 'more-' || n, 'More', 'EDH', 8, $1::timestamptz - interval '1 hour', 0, 0, $1 FROM generate_series(1, 40) n";
    stage.app.sql(more, &[&now]).await;
    let few = visit(&stage).await.unwrap();
    assert!(matches!(&few.degraded, Some(Reason::Shrunk(how)) if how.contains("are known")), "{few:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mood_of_topdeck_ends_in_a_clear_state() {
    let stage = Stage::new().await;
    visit(&stage).await.unwrap();
    let stored = written(&stage.app).await;
    let moods = [
        (Mood::Unauthorized, "auth"),
        (Mood::Throttled(45), "rate_limited"),
        (Mood::Broken, "unavailable"),
        (Mood::Truncated, "garbage"),
        (Mood::Html, "garbage"),
        (Mood::Changed, "contract"),
    ];
    for (mood, fault) in moods {
        stage.app.sql("UPDATE source_states SET failures = 0, answers = 0, open_until = NULL", &[]).await;
        stage.fakes.mood(fakes::Service::TopDeck, mood, None);
        let Err(Error::Outside(failure)) = visit(&stage).await else { panic!("{mood:?}") };
        assert_eq!(failure.fault.word(), fault, "{mood:?}");
        assert_eq!(written(&stage.app).await, stored, "{mood:?} changes nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tournaments_are_paged_filtered_and_counted_for_cards() {
    let stage = Stage::new().await;
    visit(&stage).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = stage.app.gql(LIST, json!({ "first": 7, "after": after, "format": "EDH" })).await;
        let page = &answer["data"]["tournaments"];
        seen.extend(page["nodes"].as_array().expect("tournaments").iter().cloned());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen.len(), 15);
    assert!(seen.is_sorted_by(|a, b| a["startedAt"].as_str() > b["startedAt"].as_str()), "newest first");
    let newest = &seen[0];
    assert_eq!(
        (&newest["format"], &newest["players"], &newest["deckCount"]),
        (&json!("EDH"), &json!(8), &json!(8))
    );
    assert!(newest["url"].as_str().unwrap().starts_with("https://topdeck.gg/event/edh-"));
    let winner = &newest["standings"][0];
    assert_eq!((&winner["place"], &winner["wins"], &winner["losses"]), (&json!(1), &json!(5), &json!(0)));
    assert_eq!(winner["deck"]["url"], "https://moxfield.com/decks/x");
    let none = stage.app.gql(LIST, json!({ "first": 5, "min": 9 })).await;
    assert_eq!(none["data"]["tournaments"]["nodes"], json!([]));
    let formats = stage.app.gql("{ tournamentFormats { name tournaments } }", json!({})).await;
    let formats = formats["data"]["tournamentFormats"].as_array().unwrap();
    assert_eq!((formats.len(), &formats[0]["tournaments"]), (8, &json!(15)));

    let one = stage.app.gql(ONE, json!({ "id": newest["id"], "after": 1 })).await;
    let standing = &one["data"]["tournament"]["standings"][0];
    assert_eq!(standing["place"], 2);
    let cards = standing["deck"]["cards"].as_array().unwrap();
    assert!(
        !cards.is_empty()
            && cards.iter().all(|card| card["part"] == "MAIN" && card["name"] == card["card"]["name"])
    );

    let sql = "SELECT c.id, count(DISTINCT d.id) FROM decklist_cards dc JOIN decklists d ON d.id = dc.decklist_id \
        JOIN tournaments t ON t.id = d.tournament_id JOIN cards c ON c.id = dc.card_id \
        WHERE t.format = 'EDH' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1";
    let row = &stage.app.sql(sql, &[]).await[0];
    let (card, decks) = (domain::CardId(row.get(0)).public(), row.get::<_, i64>(1));
    let played =
        "query ($id: ID!) { card(id: $id) { tournamentDecks(days: 365) { format decks allDecks share } } }";
    let played = stage.app.gql(played, json!({ "id": card })).await;
    let rows = played["data"]["card"]["tournamentDecks"].as_array().unwrap();
    let edh = rows.iter().find(|row| row["format"] == "EDH").unwrap();
    assert_eq!((&edh["decks"], &edh["allDecks"]), (&json!(decks), &json!(120)));
    assert!((edh["share"].as_f64().unwrap() - decks as f64 / 120.0).abs() < 1e-9);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_tournaments_take_a_fixed_number_of_statements() {
    let stage = Stage::new().await;
    visit(&stage).await.unwrap();
    let decks = "query ($first: Int!) { tournaments(first: $first) { nodes { standings(first: 2) { deck { cards { card { name } } } } } } }";
    let of_cards =
        "query ($first: Int!) { cards(first: $first) { nodes { name tournamentDecks { format decks } } } }";
    for (query, most) in [(LIST, 2), (decks, 4), (of_cards, 2)] {
        for first in [1, 20] {
            let asked = stage.app.gql(query, json!({ "first": first }));
            let (answer, all) = stage.app.statements(asked).await.unwrap();
            assert!(answer["errors"].is_null(), "{answer}");
            assert!(all.len() <= most, "{first}: {all:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_there_is_nothing_to_do() {
    let stage = Stage::empty().await;
    crate::world::import(&stage.app, &cards(), "2026-10-01").await;
    let mut settings: OutsideSettings = stage.settings.clone();
    settings.secrets.topdeck = None;
    let registry = Registry::all().reaching(Doors::new(settings, true).unwrap());
    domain::jobs::submit(&stage.app.ctx(), &jobs::tasks::TournamentCollection::default()).await.unwrap();
    jobs::run_due(stage.app.app.clone(), registry).await.unwrap();
    let note: String = stage.app.sql("SELECT note FROM jobs ORDER BY id DESC LIMIT 1", &[]).await[0].get(0);
    assert!(note.contains("DUALCASTER_TOPDECK_KEY"), "{note}");
    let asked = stage.fakes.hits().iter().any(|hit| hit.service == fakes::Service::TopDeck);
    assert!(!asked, "nobody is asked without a key");
}

/// Decks of the data pack as TopDeck.gg would send them: as text, the way that people write decks.
fn real_tournaments() -> Option<Vec<Value>> {
    const MOST: usize = 60;
    let folder = variable("DUALCASTER_DATA").map_or_else(|_| project().join("../shared/data"), PathBuf::from);
    let Ok(file) = std::fs::File::open(folder.join("tournaments/decklistcache-tournaments.tar.zst")) else {
        eprintln!("skipped: no data pack");
        return None;
    };
    let mut archive = tar::Archive::new(unpack(file, BytesRead::default()).unwrap());
    let mut all = Vec::new();
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        if all.len() == MOST || !path.contains("/MTGO/") || !path.contains("modern") {
            continue;
        }
        let found: Value = serde_json::from_reader(entry).unwrap();
        let lines = |cards: &Value| -> String {
            let rows = cards.as_array().into_iter().flatten();
            rows.map(|row| format!("{} {}\n", row["Count"], row["CardName"].as_str().unwrap())).collect()
        };
        let standing = |deck: &Value| {
            let text = format!(
                "~~Mainboard~~\n{}\n~~Sideboard~~\n{}",
                lines(&deck["Mainboard"]),
                lines(&deck["Sideboard"])
            );
            json!({ "wins": 1, "draws": 0, "losses": 0, "decklist": text })
        };
        let standings: Vec<Value> = found["Decks"].as_array().unwrap().iter().map(standing).collect();
        all.push(json!({
            "TID": path, "tournamentName": found["Tournament"]["Name"], "startDate": 1_793_000_000, "format": "Modern",
            "topCut": 8, "standings": standings,
        }));
    }
    Some(all)
}

/// The decks of the data pack over a real catalogue.
#[tokio::test(flavor = "multi_thread")]
async fn real_decks_are_made_of_real_cards() {
    let (Some(tournaments), Some(app)) = (real_tournaments(), search_data::real().await) else { return };
    let count = tournaments.len();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = Stage::settings_without_services();
    settings.addresses.topdeck = format!("http://{}", listener.local_addr().unwrap());
    settings.secrets.topdeck = Some("any".to_owned());
    let answer = move || std::future::ready(axum::Json(tournaments.clone()));
    let router = axum::Router::new().route("/tournaments", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let outside = Outside::new(&settings).unwrap();
    let came = domain::sources::refresh(&app.ctx(), &outside, Service::TopDeck, &()).await.unwrap();
    std::fs::remove_dir_all(&settings.raw).unwrap();
    println!("{came:?}");
    assert_eq!((came.rows, came.changed, came.degraded), (count as u64, count as u64, None));
    // The catalogue is older than some of the decks; what it has is found.
    assert!(
        count > 10 && came.matched > came.unmatched,
        "{} of {}",
        came.matched,
        came.matched + came.unmatched
    );
    let old = "SELECT count(*) FROM decklist_cards WHERE card_id IS NULL AND name IN ('Lightning Bolt', 'Wear // Tear', 'Wear/Tear')";
    assert_eq!(number(&app, old).await, 0);
}
