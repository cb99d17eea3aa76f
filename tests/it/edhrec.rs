//! What is played in Commander, from the stand-in of EDHREC.

use domain::Error;
use domain::sources::{Reason, Service};
use fakes::Mood;
use serde_json::{Value, json};
use tests::TestApp;

use crate::sources_stage::{Stage, cards};
use crate::world::{import, number};

/// Legends of the stage's cards, the first the most played.
const LEGENDS: i64 = 6;

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    let mut cards = cards();
    for (rank, card) in (1..).zip(cards.iter_mut().take(usize::try_from(LEGENDS).unwrap())) {
        card["type_line"] = json!("Legendary Creature — Wizard");
        card["edhrec_rank"] = json!(rank);
    }
    import(&stage.app, &cards, "2026-10-01").await;
    stage
}

async fn written(app: &TestApp) -> String {
    let sql = "SELECT md5(coalesce(string_agg(concat_ws(',', xmin, commander_id, card_id, decks), ';' \
               ORDER BY commander_id, card_id), '')) FROM edhrec_plays";
    app.sql(sql, &[]).await[0].get(0)
}

async fn long_ago(app: &TestApp) {
    app.sql("UPDATE edhrec_commanders SET visited_at = visited_at - interval '8 days'", &[]).await;
    app.sql("UPDATE source_states SET validators = '{}'", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_stored_once_and_not_asked_for_again_soon() {
    let stage = stage().await;
    let first = stage.refresh(Service::Edhrec).await.unwrap();
    assert_eq!((first.rows, first.unmatched, &first.degraded), (120, 0, &None), "six pages of twenty");
    assert_eq!(number(&stage.app, "SELECT count(*) FROM edhrec_plays").await, 120);
    let asked: Vec<String> = stage.fakes.hits().into_iter().map(|hit| hit.path).collect();
    assert!(asked[0].contains("test-card-1.json"), "the most played first: {asked:?}");
    assert!(stage.refresh(Service::Edhrec).await.unwrap().not_modified);
    assert_eq!(stage.fakes.hits().len(), 0, "nobody was asked");

    let stored = written(&stage.app).await;
    long_ago(&stage.app).await;
    let again = stage.refresh(Service::Edhrec).await.unwrap();
    assert_eq!((again.rows, again.changed), (120, 0));
    assert_eq!(written(&stage.app).await, stored, "not one row was written");

    long_ago(&stage.app).await;
    let more = "INSERT INTO edhrec_plays SELECT e.card_id, c.id, 'x', 1, 2, NULL FROM cards c, \
                (SELECT min(card_id) AS card_id FROM edhrec_commanders) e ON CONFLICT DO NOTHING";
    stage.app.sql(more, &[]).await;
    let stored = written(&stage.app).await;
    let less = stage.refresh(Service::Edhrec).await.unwrap();
    assert!(matches!(less.degraded, Some(Reason::Shrunk(_))), "{less:?}");
    assert_eq!(written(&stage.app).await, stored, "the older word stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mood_of_edhrec_ends_in_a_clear_state() {
    let stage = stage().await;
    stage.refresh(Service::Edhrec).await.unwrap();
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
        long_ago(&stage.app).await;
        stage.app.sql("UPDATE source_states SET failures = 0, answers = 0, open_until = NULL", &[]).await;
        stage.fakes.mood(fakes::Service::Edhrec, mood, None);
        let Err(Error::Outside(failure)) = stage.refresh(Service::Edhrec).await else { panic!("{mood:?}") };
        assert_eq!(failure.fault.word(), fault, "{mood:?}");
        assert_eq!(written(&stage.app).await, stored, "{mood:?} changes nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_tells_how_it_is_played_in_a_fixed_number_of_statements() {
    let stage = stage().await;
    stage.refresh(Service::Edhrec).await.unwrap();
    let query = "query ($first: Int!) { cards(first: $first) { nodes { name edhrec { rank salt isCommander decks possibleDecks \
        inclusion commanders(first: 3) { card { name } decks inclusion } cards(first: 3) { card { name } synergy } } } } }";
    for first in [1, 40] {
        let (answer, all) =
            stage.app.statements(stage.app.gql(query, json!({ "first": first }))).await.unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        assert!(all.len() <= 6, "{first}: {all:#?}");
    }
    let answer = stage.app.gql(query, json!({ "first": 100 })).await;
    let nodes = answer["data"]["cards"]["nodes"].as_array().unwrap();
    let of = |name: &str| nodes.iter().find(|node| node["name"] == name).unwrap()["edhrec"].clone();
    let first = of("Test Card 1");
    assert_eq!(
        (&first["rank"], &first["isCommander"], &first["salt"]),
        (&json!(1), &json!(true), &json!(0.5))
    );
    let synergies: Vec<f64> =
        first["cards"].as_array().unwrap().iter().map(|play| play["synergy"].as_f64().unwrap()).collect();
    assert_eq!(synergies.len(), 3);
    assert!(synergies.is_sorted_by(|a, b| a >= b), "the highest first: {synergies:?}");
    let other = of("Test Card 9");
    assert_eq!((&other["isCommander"], &other["possibleDecks"]), (&json!(false), &json!(LEGENDS * 4_000)));
    assert_eq!(of("Test Card 48"), Value::Null, "on no page");
}
