//! What is ruled of cards: loaded from Scryfall's file, shown with the card.

use std::io::Write;

use domain::data::{Scryfall, import_rulings};
use domain::sources::Service;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tests::TestApp;
use tests::scryfall::{Content, FakeScryfall, Mood};

use crate::sources_stage::Stage;
use crate::world::{card, import, number, oracle_id};

const CARDS: u32 = 80;
const FIRST: &str = "2026-11-20T09:00:00+00:00";
const SECOND: &str = "2026-11-21T09:00:00+00:00";

fn ruling(oracle: u32, source: &str, day: &str, comment: &str) -> Value {
    json!({ "object": "ruling", "oracle_id": oracle_id(oracle), "source": source, "published_at": day,
        "comment": comment })
}

fn packed(rulings: &[Value]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    rulings.iter().for_each(|ruling| writeln!(gzip, "{ruling}").unwrap());
    gzip.finish().unwrap()
}

/// Two of each card, one more of the first; one of a card that nobody knows, one of a stranger.
fn rulings() -> Vec<Value> {
    let of = |n: u32| {
        [
            ruling(n, "wotc", "2024-02-02", &format!("{n} is {{T}} once")),
            ruling(n, "wotc", "2025-06-13", "And again."),
        ]
    };
    let mut all: Vec<Value> = (1..=CARDS).flat_map(of).collect();
    all.push(ruling(1, "scryfall", "2024-02-02", "A note."));
    all.push(ruling(1, "scryfall", "2024-02-02", "A note."));
    all.push(ruling(9_999, "wotc", "2024-02-02", "Of no card of ours."));
    all.push(ruling(1, "somebody", "2024-02-02", "By nobody we know."));
    all
}

struct World {
    app: TestApp,
    fake: FakeScryfall,
    scryfall: Scryfall,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let cards: Vec<Value> = (1..=CARDS).map(|n| card(n, n, &json!({}))).collect();
        import(&app, &cards, "2026-11-01").await;
        let content = Content {
            mood: Mood::Good,
            file: Vec::new(),
            rulings: Some((FIRST.to_owned(), packed(&rulings()))),
            sets: json!([]),
            migrations: json!([]),
        };
        let fake = FakeScryfall::start(content).await.unwrap();
        let scryfall = Scryfall::new(&fake.base).unwrap();
        Self { app, fake, scryfall }
    }

    fn offer(&self, made: &str, file: Vec<u8>) {
        self.fake.change(|content| content.rulings = Some((made.to_owned(), file)));
    }

    async fn import(&self) -> domain::Result<Option<domain::catalog::RulingsImported>> {
        import_rulings(&self.app.ctx(), &self.scryfall).await
    }

    /// All that is stored, with the transactions that wrote it.
    async fn stored(&self) -> String {
        let sql = "SELECT string_agg(concat_ws(',', id, card_id, source, published_on, comment, xmin), ';' ORDER BY id) FROM rulings";
        self.app.sql(sql, &[]).await[0].get::<_, Option<String>>(0).unwrap_or_default()
    }
}

async fn of_card(app: &TestApp, oracle: u32) -> Value {
    let query = "query ($id: ID!) { card(id: $id) { rulings { source publishedOn comment } } }";
    let answer = app.gql(query, json!({ "id": oracle_id(oracle) })).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["card"]["rulings"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_tells_what_was_ruled_and_the_same_file_writes_nothing() {
    let world = World::new().await;
    assert_eq!(of_card(&world.app, 1).await, json!([]));
    let done = world.import().await.unwrap().unwrap();
    assert_eq!((done.lines, done.new, done.gone, done.unmatched), (164, 161, 0, 2), "{done:?}");
    let rule = |source: &str, day: &str, comment: &str| json!({ "source": source, "publishedOn": day, "comment": comment });
    let wanted = json!([
        rule("WIZARDS", "2025-06-13", "And again."),
        rule("WIZARDS", "2024-02-02", "1 is {T} once"),
        rule("SCRYFALL", "2024-02-02", "A note."),
    ]);
    assert_eq!(of_card(&world.app, 1).await, wanted);

    let before = world.stored().await;
    assert!(world.import().await.unwrap().is_none(), "there is nothing newer");
    // The same under another date is read, and writes nothing.
    world.offer(SECOND, packed(&rulings()));
    let done = world.import().await.unwrap().unwrap();
    assert_eq!((done.new, done.gone), (0, 0));
    assert_eq!(world.stored().await, before);

    // One is reworded, one is taken back.
    let mut changed = rulings();
    changed[1]["comment"] = json!("And yet again.");
    changed.remove(2);
    world.offer("2026-11-22T09:00:00+00:00", packed(&changed));
    let done = world.import().await.unwrap().unwrap();
    assert_eq!((done.new, done.gone), (1, 2));
    assert_eq!(of_card(&world.app, 1).await[0]["comment"], "And yet again.");
    assert_eq!(of_card(&world.app, 2).await.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_with_the_file_changes_nothing() {
    let world = World::new().await;
    world.import().await.unwrap();
    let before = world.stored().await;
    let whole = packed(&rulings());
    let mut more = rulings();
    more.insert(0, ruling(1, "wotc", "2026-11-20", "New, before what is wrong."));
    let mut strange = more.clone();
    strange.push(json!({ "object": "card", "id": 1 }));
    for (file, said) in [
        (whole[..whole.len() / 2].to_vec(), "line"),
        (b"<html>Oops</html>".to_vec(), "line 1"),
        (packed(&[]), "no ruling"),
        (packed(&strange), "line 166"),
    ] {
        world.offer(SECOND, file);
        let error = world.import().await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(world.stored().await, before, "{said}");
    }
    world.fake.change(|content| content.mood = Mood::Cut);
    world.offer(SECOND, packed(&more));
    assert!(world.import().await.is_err());
    world.fake.change(|content| content.mood = Mood::Good);
    // A file that lost more than half is whole, but not believed.
    world.offer(SECOND, packed(&more[..60]));
    let done = world.import().await.unwrap().unwrap();
    assert!(done.refused.is_some(), "{done:?}");
    assert_eq!(world.stored().await, before);
    // Nothing of it was noted as loaded.
    world.offer(SECOND, packed(&more));
    assert_eq!(world.import().await.unwrap().unwrap().new, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_to_scryfall_brings_them_and_a_list_takes_one_statement() {
    let stage = Stage::empty().await;
    let came = stage.refresh(Service::Scryfall).await.unwrap();
    assert_eq!(came.degraded, None);
    let cards = number(&stage.app, "SELECT count(DISTINCT card_id) FROM rulings").await;
    assert_eq!(cards, number(&stage.app, "SELECT count(*) FROM cards").await);
    // What is no newer is not fetched: one question says so.
    stage.fakes.hits();
    assert!(stage.refresh(Service::Scryfall).await.unwrap().not_modified);
    let asked: Vec<String> = stage.fakes.hits().into_iter().map(|hit| hit.path).collect();
    assert_eq!(asked, ["/bulk-data"]);

    // The cards are as new as they were, the rulings are newer.
    stage.app.sql("DELETE FROM bulk_files", &[]).await;
    stage.app.sql("DELETE FROM rulings WHERE id = (SELECT min(id) FROM rulings)", &[]).await;
    stage.fakes.hits();
    let came = stage.refresh(Service::Scryfall).await.unwrap();
    assert_eq!((came.not_modified, came.changed, &came.degraded), (false, 1, &None));
    let asked = stage.fakes.hits();
    assert!(asked.iter().all(|hit| !hit.path.contains("default-cards")), "{asked:?}");

    let query = "query ($first: Int!) { cards(first: $first) { nodes { name rulings { comment } } } }";
    for first in [1, 40] {
        let asked = stage.app.gql(query, json!({ "first": first }));
        let (answer, all) = stage.app.statements(asked).await.unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        let own: Vec<_> = all.iter().filter(|s| !["BEGIN", "COMMIT"].contains(&s.as_str())).collect();
        assert_eq!(own.len(), 2, "{first}: {own:#?}");
    }
}
