//! News from the stand-in press: what is stored, what it names, and how it is read.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use domain::data::DataOrigin;
use domain::news::Matcher;
use domain::sources::{Outside, OutsideSettings, Reason, Service};
use domain::{CardId, Error};
use fakes::Mood;
use jobs::{Doors, Registry};
use markets::packed::{BytesRead, unpack};
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::{TestApp, project, variable};

use crate::search_data;
use crate::sources_stage::Stage;
use crate::world::number;

const NEWS: &str = "query ($first: Int!, $after: String, $card: ID) { news(first: $first, after: $after, card: $card) { \
    pageInfo { hasNextPage endCursor } nodes { id title url publisher publishedAt mentions { id name } } } }";

/// Everything that is stored, with when each row was written.
async fn written(app: &TestApp) -> String {
    let sql = "SELECT coalesce(string_agg(r, ';' ORDER BY r), '') FROM ( \
        SELECT concat_ws(',', xmin, id, url, title) AS r FROM news_articles UNION ALL \
        SELECT concat_ws(',', xmin, article_id, card_id) FROM card_news_mentions) x";
    app.sql(sql, &[]).await[0].get(0)
}

async fn forget_validators(app: &TestApp) {
    app.sql("UPDATE news_feeds SET validators = '{}'", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_stored_once_with_the_cards_that_it_names() {
    let stage = Stage::new().await;
    let first = stage.refresh(Service::Feeds).await.unwrap();
    assert_eq!((first.rows, first.changed, first.matched), (5, 5, 6), "{first:?}");
    assert_eq!(first.degraded, None);
    let stored = written(&stage.app).await;

    // Nothing new there; and the same words again, as a server without validators would say them.
    assert!(stage.refresh(Service::Feeds).await.unwrap().not_modified);
    forget_validators(&stage.app).await;
    let again = stage.refresh(Service::Feeds).await.unwrap();
    assert_eq!((again.rows, again.changed, again.matched), (5, 0, 0));
    assert_eq!(written(&stage.app).await, stored, "not one row was written");

    stage.fakes.advance();
    let more = stage.refresh(Service::Feeds).await.unwrap();
    assert_eq!((more.rows, more.changed), (6, 1));

    // The same stories by another way are the same articles.
    let elsewhere = stage.refresh(Service::NewsApi).await.unwrap();
    assert_eq!((elsewhere.rows, elsewhere.changed), (5, 0), "of six one is a copy, five are known");
    assert_eq!(number(&stage.app, "SELECT count(*) FROM news_articles").await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_that_its_publisher_changed_is_changed_with_its_mentions() {
    let stage = Stage::new().await;
    stage.refresh(Service::Feeds).await.unwrap();
    let wrong = "UPDATE news_articles SET title = 'Nothing at all', summary = '' WHERE guid = 'press-5'";
    stage.app.sql(wrong, &[]).await;
    stage.app.sql("DELETE FROM card_news_mentions", &[]).await;
    forget_validators(&stage.app).await;
    let mended = stage.refresh(Service::Feeds).await.unwrap();
    assert_eq!((mended.changed, mended.matched), (1, 6), "one article, and the mentions of young ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_feed_that_fails_does_not_take_the_others_with_it() {
    let stage = Stage::new().await;
    let feeds = |path: &str| format!("{}/{path}", stage.fakes.url(fakes::Service::Press));
    let sql = "WITH off AS (UPDATE news_feeds SET enabled = false) \
               INSERT INTO news_feeds (name, url, articles) VALUES ('Good', $1, 0), ('Gone', $2, 20)";
    stage.app.sql(sql, &[&feeds("feed"), &feeds("nowhere")]).await;
    let mut settings: OutsideSettings = stage.settings.clone();
    settings.addresses.press = None;
    let refused = Outside::new(&settings).unwrap();
    let refused =
        domain::sources::refresh(&stage.app.ctx(), &refused, Service::Feeds, &()).await.unwrap_err();
    assert!(
        refused.to_string().contains("public internet") || refused.to_string().contains("a port"),
        "{refused}"
    );
    stage.app.sql("UPDATE news_feeds SET failures = 0, open_until = NULL", &[]).await;
    settings.private_feeds = true;
    let outside = Outside::new(&settings).unwrap();
    let came = domain::sources::refresh(&stage.app.ctx(), &outside, Service::Feeds, &()).await.unwrap();
    assert_eq!((came.rows, came.changed), (5, 5));
    let Some(Reason::Feeds { away: 1, notes }) = &came.degraded else { panic!("{came:?}") };
    assert!(notes.contains("/nowhere") && notes.contains("404"), "{notes}");
    let faults = "SELECT name, fault FROM news_feeds WHERE enabled ORDER BY name";
    let faults: Vec<(String, Option<String>)> =
        stage.app.sql(faults, &[]).await.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(faults, [("Gone".to_owned(), Some("missing".to_owned())), ("Good".to_owned(), None)]);

    // It has had more articles than it has now: somebody should look.
    stage.app.sql("UPDATE news_feeds SET articles = 40, validators = '{}' WHERE name = 'Good'", &[]).await;
    stage.app.sql("UPDATE news_feeds SET enabled = false WHERE name = 'Gone'", &[]).await;
    let shrunk = domain::sources::refresh(&stage.app.ctx(), &outside, Service::Feeds, &()).await.unwrap();
    let why = shrunk.degraded.unwrap().to_string();
    assert!(why.contains("Good has 5 articles after 40"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mood_of_the_press_ends_in_a_clear_state() {
    let stage = Stage::new().await;
    stage.refresh(Service::Feeds).await.unwrap();
    let stored = written(&stage.app).await;
    let moods = [
        (Mood::Unauthorized, "auth"),
        (Mood::Throttled(45), "rate_limited"),
        (Mood::Broken, "unavailable"),
        (Mood::Truncated, "garbage"),
        (Mood::Html, "garbage"),
        (Mood::Changed, "garbage"),
    ];
    for (mood, fault) in moods {
        stage.app.sql("UPDATE news_feeds SET failures = 0, open_until = NULL, validators = '{}'", &[]).await;
        stage.fakes.mood(fakes::Service::Press, mood, None);
        let failure = stage.fails(Service::Feeds).await;
        assert_eq!(failure.fault.word(), fault, "{mood:?}");
        let state = "SELECT fault, rows FROM source_states WHERE service = $1";
        let state = &stage.app.sql(state, &[&Service::Feeds.number()]).await[0];
        assert_eq!(
            (state.get::<_, &str>(0), state.get::<_, i64>(1)),
            (fault, 5),
            "what was good is remembered"
        );
        assert_eq!(written(&stage.app).await, stored, "{mood:?} changes nothing");
    }
    stage.app.sql("UPDATE news_feeds SET failures = 0, open_until = NULL", &[]).await;
    stage.fakes.mood(fakes::Service::Press, Mood::Good, None);
    stage.refresh(Service::Feeds).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn news_is_paged_filtered_and_found_on_cards() {
    let stage = Stage::new().await;
    for _ in 0..4 {
        stage.fakes.advance();
    }
    stage.refresh(Service::Feeds).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = stage.app.gql(NEWS, json!({ "first": 4, "after": after })).await;
        let page = &answer["data"]["news"];
        seen.extend(page["nodes"].as_array().expect("articles").iter().cloned());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let urls: Vec<&str> = seen.iter().filter_map(|node| node["url"].as_str()).collect();
    let wanted: Vec<String> = (1..=9).rev().map(|n| format!("https://press.example/{n}")).collect();
    assert_eq!(urls, wanted, "newest first, none twice");

    let [card] = seen[0]["mentions"].as_array().unwrap().as_slice() else { panic!("{}", seen[0]) };
    assert!(seen[0]["title"].as_str().unwrap().contains(card["name"].as_str().unwrap()));
    let of_card = stage.app.gql(NEWS, json!({ "first": 100, "card": card["id"] })).await;
    let named: Vec<&Value> =
        seen.iter().filter(|node| node["mentions"][0]["id"] == card["id"]).map(|node| &node["id"]).collect();
    let found: Vec<&Value> =
        of_card["data"]["news"]["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
    assert_eq!(found, named);
    let on_card = "query ($id: ID!) { card(id: $id) { news(first: 1) { id } } }";
    let on_card = stage.app.gql(on_card, json!({ "id": card["id"] })).await;
    assert_eq!(on_card["data"]["card"]["news"], json!([{ "id": named[0] }]));
    let node = "query ($id: ID!) { node(id: $id) { ... on NewsArticle { title } } }";
    let node = stage.app.gql(node, json!({ "id": seen[0]["id"] })).await;
    assert_eq!(node["data"]["node"]["title"], seen[0]["title"]);
    let nobody = stage.app.gql("{ news(publisher: \"Nobody\") { nodes { id } } }", json!({})).await;
    assert_eq!(nobody["data"]["news"]["nodes"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_news_take_a_fixed_number_of_statements() {
    let stage = Stage::new().await;
    stage.refresh(Service::Feeds).await.unwrap();
    let of_cards =
        "query ($first: Int!) { cards(first: $first) { nodes { name news(first: 2) { title } } } }";
    for (query, most) in [(NEWS, 3), (of_cards, 3)] {
        for first in [1, 5] {
            let asked = stage.app.gql(query, json!({ "first": first }));
            let (answer, all) = stage.app.statements(asked).await.unwrap();
            assert!(answer["errors"].is_null(), "{answer}");
            assert!(all.len() <= most, "{first}: {all:#?}");
        }
    }
}

/// How the last job of a kind ended.
async fn ended(app: &TestApp, kind: &str) -> (i16, Option<String>) {
    let sql = "SELECT state, note FROM jobs WHERE kind = $1 ORDER BY id DESC LIMIT 1";
    let row = &app.sql(sql, &[&kind]).await[0];
    (row.get(0), row.get(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_collects_news_and_says_why_it_does_not() {
    const SUCCEEDED: i16 = 4;
    const NOTHING_TO_DO: i16 = 6;
    let stage = Stage::empty().await;
    let reaching = Registry::all().reaching(Doors::new(stage.settings.clone(), true).unwrap());
    let run = async |registry: &Registry| {
        domain::jobs::submit(&stage.app.ctx(), &jobs::tasks::NewsCollection::default()).await.unwrap();
        jobs::run_due(stage.app.app.clone(), registry.clone()).await.unwrap();
        ended(&stage.app, "news_collection").await
    };
    let (state, note) = run(&reaching).await;
    assert_eq!(state, NOTHING_TO_DO, "{note:?}");
    assert!(note.unwrap().contains("no catalogue"));
    crate::world::import(&stage.app, &crate::sources_stage::cards(), "2026-10-01").await;
    let (state, note) = run(&Registry::all()).await;
    assert_eq!((state, note.unwrap().contains("does not visit")), (NOTHING_TO_DO, true));
    let (state, note) = run(&reaching).await;
    assert_eq!((state, note), (SUCCEEDED, None));
    let sql = "SELECT rows FROM jobs ORDER BY id DESC LIMIT 1";
    assert_eq!(stage.app.sql(sql, &[]).await[0].get::<_, i64>(0), 9, "five of the feed, four of the API");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_market_has_no_news() {
    let stage = Stage::empty().await;
    domain::demo::load(&stage.app.ctx(), |_, _| {}).await.unwrap();
    assert_eq!(domain::data::origin(&stage.app.ctx()).await.unwrap(), DataOrigin::Demo);
    let refused = stage.refresh(Service::Feeds).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(_)), "{refused:?}");
    assert_eq!(number(&stage.app, "SELECT count(*) FROM news_articles").await, 0);
}

const WORDS: [&str; 12] = [
    "Sol Ring",
    "sol",
    "Ring",
    "Æther Vial",
    "aether",
    "Vial",
    "Fire // Ice",
    "Ice",
    "Lim-Dûl's Vault",
    "’s",
    "-",
    "Shock",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever a text is, mentions are in order, apart from each other, whole words, and real names.
    #[test]
    fn mentions_are_whole_words_that_never_overlap(
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(&WORDS[..]).prop_map(str::to_owned), "\\PC{0,4}", Just(" ".to_owned()),
        ], 0..12),
    ) {
        let text = parts.concat();
        let names = ["Sol Ring", "Ring", "Æther Vial", "Fire // Ice", "Ice", "Lim-Dûl's Vault", "Shock"];
        let matcher = Matcher::new(names.iter().zip(0..).map(|(name, id)| (*name, CardId(id)))).unwrap();
        let mut last = 0;
        for mention in matcher.mentions(&text) {
            prop_assert!(last <= mention.start && mention.start < mention.end);
            last = mention.end;
            let (before, found, after) = (&text[..mention.start], &text[mention.start..mention.end], &text[mention.end..]);
            prop_assert!(!before.chars().next_back().is_some_and(char::is_alphanumeric), "{:?}", text);
            prop_assert!(!after.chars().next().is_some_and(char::is_alphanumeric), "{:?}", text);
            let name = usize::try_from(mention.card.0).unwrap();
            let plain = |text: &str| markets_plain(text);
            prop_assert_eq!(plain(found), plain(names[name]));
        }
    }
}

/// Letters only, in the plainest spelling.
fn markets_plain(text: &str) -> String {
    let text = text.to_lowercase().replace('æ', "ae").replace('û', "u");
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Serves one feed on loopback.
async fn serve(feed: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = move || std::future::ready(feed.clone());
    let router = axum::Router::new().route("/feed", axum::routing::get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// The feeds of the data pack, read over a real catalogue.
#[tokio::test(flavor = "multi_thread")]
async fn real_feeds_name_real_cards() {
    let Some(app) = search_data::real().await else { return };
    let folder = variable("DUALCASTER_DATA").map_or_else(|_| project().join("../shared/data"), PathBuf::from);
    let mut found = BTreeMap::new();
    for name in ["scryfall-rss-2025-08-02.xml.gz", "mtgjson-site-atom-2023-01-24.xml.gz"] {
        let file = std::fs::File::open(folder.join("feeds").join(name)).unwrap();
        let mut text = String::new();
        unpack(file, BytesRead::default()).unwrap().read_to_string(&mut text).unwrap();
        let mut settings = Stage::settings_without_services();
        settings.addresses.press = Some(serve(text).await);
        let outside = Outside::new(&settings).unwrap();
        let came = domain::sources::refresh(&app.ctx(), &outside, Service::Feeds, &()).await.unwrap();
        std::fs::remove_dir_all(&settings.raw).unwrap();
        assert_eq!(came.degraded, None, "{name}");
        found.insert(name, (came.rows, came.changed, came.matched));
    }
    let (rows, changed, _) = found["mtgjson-site-atom-2023-01-24.xml.gz"];
    assert!(rows > 10 && changed == rows, "{found:?}");
    let (rows, changed, _) = found["scryfall-rss-2025-08-02.xml.gz"];
    assert!(rows > 20 && changed == rows, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_are_added_and_switched_by_admins_and_it_is_written_down() {
    let app = TestApp::new().await;
    let ctx = app.ctx();
    let added = domain::news::add_feed(&ctx, " The Proxy ", "https://Proxy.example/feed#top").await.unwrap();
    assert_eq!((added.name.as_str(), added.url.as_str()), ("The Proxy", "https://proxy.example/feed"));
    assert!(added.enabled);
    let again = domain::news::add_feed(&ctx, "Another", "https://proxy.example/feed").await.unwrap_err();
    assert_eq!(again.code(), "CONFLICT");
    for (name, url, field) in [
        ("x", "http://169.254.169.254/latest", "url"),
        ("x", "http://localhost:6379/", "url"),
        ("x", "file:///etc/passwd", "url"),
        (" ", "https://proxy.example/other", "name"),
    ] {
        let error = domain::news::add_feed(&ctx, name, url).await.unwrap_err();
        assert!(matches!(&error, Error::Invalid { field: wrong, .. } if *wrong == field), "{url}: {error}");
    }
    let off = domain::news::set_feed_enabled(&ctx, &added.url, false).await.unwrap();
    assert!(!off.enabled);
    let listed = domain::news::all_feeds(&ctx).await.unwrap();
    assert!(listed.iter().any(|feed| feed.url == added.url && !feed.enabled), "{listed:?}");
    domain::news::set_feed_enabled(&ctx, &added.url, false).await.unwrap();
    domain::news::set_feed_enabled(&ctx, &added.url, true).await.unwrap();
    let nowhere = domain::news::set_feed_enabled(&ctx, "https://nowhere.example/", true).await.unwrap_err();
    assert_eq!(nowhere.code(), "NOT_FOUND");
    let events = "SELECT event::int4, d.detail ->> 'url' FROM audit_log l JOIN audit_details d ON d.event_id = l.id ORDER BY l.id";
    let events: Vec<(i32, String)> =
        app.sql(events, &[]).await.iter().map(|row| (row.get(0), row.get(1))).collect();
    let of = |kind: i32| (kind, added.url.clone());
    assert_eq!(events, [of(20), of(22), of(21)], "what changes nothing is no event");
}
