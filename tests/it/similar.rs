//! Similar cards: made by the job, asked for through GraphQL.

use domain::similar::refresh_embeddings;
use domain::sources::Service as Source;
use jobs::Registry;
use serde_json::{Value, json};
use tests::TestApp;

use crate::sources_stage::Stage;

const SIMILAR: &str = "query ($id: ID!, $first: Int = 10, $after: String, $filter: SimilarCardsFilter) {
    similarCards(cardId: $id, first: $first, after: $after, filter: $filter) {
        state model pageInfo { hasNextPage endCursor }
        edges { cursor score sharedKeywords sharedTypes node { id name typeLine defaultPrinting {
            id latestPrices { money { amount } } } } } } }";

async fn demo() -> TestApp {
    let app = TestApp::new().await;
    domain::demo::load(&app.ctx(), |_, _| {}).await.unwrap();
    app
}

async fn id(app: &TestApp, name: &str) -> String {
    let query = "query ($q: String!) { search(query: $q, first: 1) { nodes { card { id name } } } }";
    let answer = app.gql(query, json!({ "q": format!("!\"{name}\"") })).await;
    answer["data"]["search"]["nodes"][0]["card"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

async fn similar(app: &TestApp, variables: Value) -> Value {
    let answer = app.gql(SIMILAR, variables).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["similarCards"].clone()
}

fn names(list: &Value) -> Vec<&str> {
    list["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_s_cards_are_compared_without_waiting_for_the_clock() {
    let app = demo().await;
    let bolt = id(&app, "Lightning Bolt").await;
    let before = similar(&app, json!({ "id": bolt })).await;
    assert_eq!((&before["state"], &before["model"]), (&json!("NOT_COMPUTED"), &Value::Null));
    assert_eq!(names(&before), Vec::<&str>::new());
    // The import asked for the job by itself.
    jobs::run_due(app.app.clone(), Registry::all()).await.unwrap();
    let rows = app.sql("SELECT rows FROM jobs WHERE kind = 'refresh_embeddings'", &[]).await;
    let cards: i64 = app.sql("SELECT count(*) FROM card_embeddings", &[]).await[0].get(0);
    assert_eq!(rows.len(), 1);
    assert!(cards > 100);
    assert_eq!(rows[0].get::<_, Option<i64>>(0), Some(cards));

    let list = similar(&app, json!({ "id": bolt, "first": 10 })).await;
    assert_eq!(list["state"], "READY");
    assert!(list["model"].as_str().unwrap().starts_with("lsa1-"), "{list}");
    println!("demo, Lightning Bolt: {:?}", names(&list));
    let scores: Vec<f64> =
        list["edges"].as_array().unwrap().iter().map(|edge| edge["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)));
    assert!(!names(&list).contains(&"Lightning Bolt"));
    let first = &list["edges"][0];
    assert!(!first["node"]["defaultPrinting"]["latestPrices"].as_array().unwrap().is_empty());
    assert!(!first["sharedTypes"].as_array().unwrap().is_empty(), "{first}");

    // Two pages of five are the page of ten.
    let one = similar(&app, json!({ "id": bolt, "first": 5 })).await;
    assert_eq!(one["pageInfo"]["hasNextPage"], true);
    let two = similar(&app, json!({ "id": bolt, "first": 5, "after": one["pageInfo"]["endCursor"] })).await;
    assert_eq!([names(&one), names(&two)].concat(), names(&list));
    // The same list hangs under the card.
    let query = "query ($id: ID!) { card(id: $id) { similar { nodes { name } edges { node { name } } } } }";
    let answer = app.gql(query, json!({ "id": bolt })).await;
    assert_eq!(names(&answer["data"]["card"]["similar"]), names(&list));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_is_embedded_again_and_every_process_sees_it() {
    let app = demo().await;
    let ctx = app.ctx();
    let first = refresh_embeddings(&ctx, None, |_, _| {}).await.unwrap();
    assert_eq!((first.embedded, first.removed), (first.cards, 0));
    let again = refresh_embeddings(&ctx, None, |_, _| {}).await.unwrap();
    assert_eq!((again.embedded, again.removed, &again.model), (0, 0, &first.model));
    let (bolt, elves) = (id(&app, "Lightning Bolt").await, id(&app, "Llanowar Elves").await);
    let near = similar(&app, json!({ "id": bolt, "first": 100 })).await;
    let score = |list: &Value, name: &str| {
        let edges = list["edges"].as_array().unwrap();
        edges.iter().find(|edge| edge["node"]["name"] == name).map(|edge| edge["score"].as_f64().unwrap())
    };
    let twin = "UPDATE cards SET (oracle_text, type_line, mana_cost, mana_value, colors, color_identity, keywords, power, toughness) = \
                (SELECT replace(oracle_text, 'Lightning Bolt', 'Llanowar Elves'), type_line, mana_cost, mana_value, colors, color_identity, \
                 keywords, power, toughness FROM cards WHERE name = 'Lightning Bolt') WHERE name = 'Llanowar Elves'";
    app.sql(twin, &[]).await;
    // What this process holds stays until the job has run, then it is another.
    let held = similar(&app, json!({ "id": bolt, "first": 100 })).await;
    assert_eq!(names(&held), names(&near));
    let changed = refresh_embeddings(&app.ctx(), None, |_, _| {}).await.unwrap();
    assert_eq!((changed.embedded, &changed.model), (1, &first.model));
    let after = similar(&app, json!({ "id": bolt, "first": 1 })).await;
    assert_eq!(names(&after), ["Llanowar Elves"]);
    assert!(score(&after, "Llanowar Elves").unwrap() > 0.98, "{after}");
    // A token is not compared, and goes from the lists of others.
    app.sql("UPDATE cards SET layout = 'token' WHERE name = 'Llanowar Elves'", &[]).await;
    let gone = refresh_embeddings(&app.ctx(), None, |_, _| {}).await.unwrap();
    assert_eq!((gone.embedded, gone.removed), (0, 1));
    assert_eq!(similar(&app, json!({ "id": elves })).await["state"], "NOT_COMPARED");
    assert!(!names(&similar(&app, json!({ "id": bolt, "first": 100 })).await).contains(&"Llanowar Elves"));
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_keep_what_is_legal_and_cheap_enough() {
    let app = demo().await;
    refresh_embeddings(&app.ctx(), None, |_, _| {}).await.unwrap();
    let bolt = id(&app, "Lightning Bolt").await;
    let all = similar(&app, json!({ "id": bolt, "first": 100 })).await;
    let allowed: Vec<String> = app
        .sql(
            "SELECT c.name FROM cards c JOIN formats f ON f.name = 'modern' WHERE (c.legal | c.restricted) >> f.bit & 1 = 1",
            &[],
        )
        .await
        .iter()
        .map(|row| row.get(0))
        .collect();
    let modern = similar(&app, json!({ "id": bolt, "first": 20, "filter": { "format": "Modern" } })).await;
    let wanted: Vec<&str> =
        names(&all).into_iter().filter(|name| allowed.iter().any(|known| known == name)).collect();
    assert!(!wanted.is_empty() && wanted.len() < 100);
    let length = wanted.len().min(names(&modern).len());
    assert_eq!(names(&modern)[..length], wanted[..length]);
    let cheap = similar(&app, json!({ "id": bolt, "first": 20, "filter": { "maxPriceMinor": 200 } })).await;
    let prices: Vec<(String, Option<i64>)> = app
        .sql("SELECT c.name, min(least(r.usd, r.usd_foil, r.usd_etched)) FROM cards c JOIN printings p ON p.card_id = c.id LEFT JOIN reference_prices r ON r.printing_id = p.id GROUP BY 1", &[])
        .await
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    assert!(!names(&cheap).is_empty());
    for name in names(&cheap) {
        let price = prices.iter().find(|(known, _)| known == name).and_then(|(_, price)| *price);
        assert!(price.is_some_and(|price| price <= 200), "{name}: {price:?}");
    }
    for (filter, field) in
        [(json!({ "format": "kitchen" }), "format"), (json!({ "maxPriceMinor": -1 }), "maxPriceMinor")]
    {
        let answer = app.gql(SIMILAR, json!({ "id": bolt, "filter": filter })).await;
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains(field), "{answer}");
    }
    let answer = app.gql(SIMILAR, json!({ "id": bolt, "after": "00" })).await;
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("after"), "{answer}");
}

const LIST: &str = "query ($first: Int!) { cards(first: $first) { nodes { name similar(first: 3, filter: { format: \"modern\" }) {
    nodes { name defaultPrinting { set { code } latestPrices { money { amount } } } } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_cards_with_their_neighbours_takes_a_fixed_number_of_statements() {
    let app = demo().await;
    refresh_embeddings(&app.ctx(), None, |_, _| {}).await.unwrap();
    // The vectors are loaded once.
    app.gql(LIST, json!({ "first": 1 })).await;
    let mut counts = Vec::new();
    for first in [1, 20] {
        let (answer, all) = app.statements(app.gql(LIST, json!({ "first": first }))).await.unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        let own: Vec<_> = all.iter().filter(|s| !["BEGIN", "COMMIT"].contains(&s.as_str())).collect();
        assert!(own.len() <= 7, "{first}: {own:#?}");
        counts.push(own.len());
    }
    assert_eq!(counts[0], counts[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_key_openai_embeds_and_the_two_never_mix() {
    let stage = Stage::new().await;
    let app = &stage.app;
    let local = refresh_embeddings(&app.ctx(), None, |_, _| {}).await.unwrap();
    assert!(local.model.starts_with("lsa1-"));
    let models = "SELECT m.name, s.version, (SELECT count(DISTINCT model_id) FROM card_embeddings) FROM similarity_state s \
                  JOIN embedding_models m ON m.id = s.model_id";
    // While the service fails, what was served is served.
    stage.fakes.mood(fakes::Service::OpenAi, fakes::Mood::Changed, None);
    stage.fakes.hits();
    assert!(refresh_embeddings(&app.ctx(), Some(&stage.outside), |_, _| {}).await.is_err());
    let row = &app.sql(models, &[]).await[0];
    assert_eq!(
        (row.get::<_, String>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)),
        (local.model.clone(), 1, 1)
    );
    stage.fakes.mood(fakes::Service::OpenAi, fakes::Mood::Good, None);
    app.sql("UPDATE source_states SET open_until = NULL, failures = 0", &[]).await;
    stage.fakes.hits();
    let done = refresh_embeddings(&app.ctx(), Some(&stage.outside), |_, _| {}).await.unwrap();
    assert_eq!((done.model.as_str(), done.embedded), ("text-embedding-3-small@256", local.cards));
    assert!(done.tokens > 0);
    let asked = stage.fakes.hits().len() as u64;
    assert_eq!(asked, local.cards.div_ceil(128));
    let row = &app.sql(models, &[]).await[0];
    assert_eq!(
        (row.get::<_, String>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)),
        (done.model.clone(), 2, 1)
    );
    let again = refresh_embeddings(&app.ctx(), Some(&stage.outside), |_, _| {}).await.unwrap();
    assert_eq!((again.embedded, stage.fakes.hits().len()), (0, 0), "nothing is paid twice");
    let name: String = app.sql("SELECT name FROM cards LIMIT 1", &[]).await[0].get(0);
    let list = similar(app, json!({ "id": id(app, &name).await })).await;
    assert_eq!((list["state"].as_str(), list["model"].as_str()), (Some("READY"), Some(done.model.as_str())));
    let states = domain::sources::states(&app.ctx()).await.unwrap();
    assert!(
        states.iter().any(|state| state.service() == Some(Source::OpenAi) && state.succeeded_at.is_some())
    );
}

/// Two things that belong together are there together, or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_the_work_that_it_makes_are_one_transaction() {
    let app = TestApp::new().await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$; \
                  CREATE TRIGGER refuse BEFORE INSERT ON jobs EXECUTE FUNCTION refuse()";
    for statement in refuse.split_inclusive("$$;") {
        app.sql(statement.trim_end_matches(';'), &[]).await;
    }
    let cards = [crate::world::card(1, 1, &json!({}))];
    assert!(crate::world::import_file(&app, crate::world::lines(&cards), "2026-11-01").await.is_err());
    assert_eq!(crate::world::number(&app, "SELECT count(*) FROM printings").await, 0);
    app.sql("DROP TRIGGER refuse ON jobs", &[]).await;
    crate::world::import(&app, &cards, "2026-11-01").await;
    let waiting = "SELECT count(*) FROM jobs WHERE kind = 'refresh_embeddings' AND state = 1";
    assert_eq!(crate::world::number(&app, waiting).await, 1);
    let told = "SELECT count(*) FROM outbox WHERE kind = 'jobs' AND payload ->> 'changed' = '1'";
    assert_eq!(crate::world::number(&app, told).await, 1);
    // What is as it was makes no work.
    crate::world::import(&app, &cards, "2026-11-01").await;
    assert_eq!(crate::world::number(&app, waiting).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_used_up_is_said_and_not_tried_again() {
    let stage = Stage::new().await;
    let app = &stage.app;
    let local = refresh_embeddings(&app.ctx(), None, |_, _| {}).await.unwrap();
    stage.fakes.mood(fakes::Service::OpenAi, fakes::Mood::Spent, None);
    stage.fakes.hits();
    let registry = Registry::all().reaching(jobs::Doors::new(stage.settings.clone(), true).unwrap());
    jobs::run_due(app.app.clone(), registry).await.unwrap();
    assert_eq!(stage.fakes.hits().len(), 1, "asked once");
    let job = "SELECT j.state::int4, j.note, s.fault FROM jobs j, source_states s \
               WHERE j.kind = 'refresh_embeddings' AND s.service = 40";
    let row = &app.sql(job, &[]).await[0];
    assert_eq!(row.get::<_, i32>(0), domain::jobs::JobState::Degraded as i32);
    assert!(row.get::<_, String>(1).contains("insufficient_quota"), "{row:?}");
    assert_eq!(row.get::<_, String>(2), "spent");
    let name: String = app.sql("SELECT name FROM cards LIMIT 1", &[]).await[0].get(0);
    let list = similar(app, json!({ "id": id(app, &name).await })).await;
    assert_eq!((list["state"].as_str(), list["model"].as_str()), (Some("READY"), Some(local.model.as_str())));
}
