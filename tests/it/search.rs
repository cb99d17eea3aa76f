//! The search language against the database, on a catalogue made by hand.

use std::collections::HashSet;

use domain::search::{
    SearchDirection, SearchOrder, SearchPage, SearchRequest, SearchUnique, autocomplete, search,
};
use tests::TestApp;

use crate::search_data::{fixture, labels};

fn request(query: &str) -> SearchRequest {
    SearchRequest { query: query.to_owned(), first: 100, count: true, ..SearchRequest::default() }
}

async fn ask(app: &TestApp, query: &str) -> SearchPage {
    search(&app.visitor(), &request(query)).await.unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

async fn names(app: &TestApp, cards: &[domain::CardId]) -> Vec<String> {
    let mut names = Vec::new();
    for card in cards {
        names.push(app.sql("SELECT name FROM cards WHERE id = $1", &[&card.0]).await[0].get(0));
    }
    names
}

/// Read page by page, every order gives all rows once, in the order of the whole.
#[tokio::test(flavor = "multi_thread")]
async fn pages_join_without_gap_or_repetition() {
    let app = fixture().await;
    let orders = [
        SearchOrder::Name,
        SearchOrder::Set,
        SearchOrder::Released,
        SearchOrder::Rarity,
        SearchOrder::Usd,
        SearchOrder::Eur,
        SearchOrder::Tix,
        SearchOrder::ManaValue,
        SearchOrder::Edhrec,
        SearchOrder::Color,
    ];
    for order in orders {
        for direction in [SearchDirection::Asc, SearchDirection::Desc] {
            for unique in [SearchUnique::Cards, SearchUnique::Prints, SearchUnique::Art] {
                let whole = SearchRequest { order, direction, unique, ..request("") };
                let expected = search(&app.visitor(), &whole).await.unwrap();
                let expected: Vec<_> = expected.ids.iter().map(|(_, id)| *id).collect();
                assert!(expected.len() > 40);
                assert_eq!(page_by_page(&app, &whole).await, expected, "{order:?} {direction:?} {unique:?}");
                let different: HashSet<_> = expected.iter().collect();
                assert_eq!(different.len(), expected.len(), "{order:?} {direction:?} {unique:?}");
            }
        }
    }
}

async fn page_by_page(app: &TestApp, whole: &SearchRequest) -> Vec<domain::PrintingId> {
    let mut found = Vec::new();
    let mut part = SearchRequest { first: 7, count: false, ..whole.clone() };
    loop {
        let page = search(&app.visitor(), &part).await.expect("a page");
        assert_eq!(page.total, None);
        assert_eq!(page.has_previous, part.after.is_some());
        found.extend(page.ids.iter().map(|(_, id)| *id));
        match page.ids.last() {
            Some((cursor, _)) if page.has_next => part.after = Some(cursor.clone()),
            _ => return found,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_without_a_price_come_last_in_both_directions() {
    let app = fixture().await;
    for query in ["order:tix dir:asc", "order:tix dir:desc"] {
        let page = ask(&app, query).await;
        let ids: Vec<i32> = page.ids.iter().map(|(_, id)| id.0).collect();
        let sql = "SELECT r.tix IS NULL FROM unnest($1::int[]) WITH ORDINALITY AS page (id, place) \
                   LEFT JOIN reference_prices r ON r.printing_id = page.id ORDER BY place";
        let missing: Vec<bool> = app.sql(sql, &[&ids]).await.iter().map(|row| row.get(0)).collect();
        let first = missing.iter().position(|missing| *missing).unwrap();
        assert!(first > 0 && missing[first..].iter().all(|missing| *missing), "{query}: {missing:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_search_is_refused() {
    let app = fixture().await;
    let page = search(&app.visitor(), &SearchRequest { first: 3, ..request("t:creature") }).await.unwrap();
    let after = Some(page.ids[2].0.clone());
    let good = SearchRequest { after: after.clone(), ..request("type:CREATURE") };
    assert!(search(&app.visitor(), &good).await.is_ok());
    let others = [
        SearchRequest { after: after.clone(), ..request("t:instant") },
        SearchRequest { after: after.clone(), order: SearchOrder::Usd, ..request("t:creature") },
        SearchRequest { after: after.clone(), direction: SearchDirection::Desc, ..request("t:creature") },
        SearchRequest { after: after.clone(), unique: SearchUnique::Prints, ..request("t:creature") },
        SearchRequest { after: Some("nonsense".to_owned()), ..request("t:creature") },
    ];
    for other in others {
        let error = search(&app.visitor(), &other).await.unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().contains("after")),
            ("BAD_USER_INPUT", true),
            "{other:?}"
        );
    }
    for first in [0, 101, -1] {
        assert!(search(&app.visitor(), &SearchRequest { first, ..request("") }).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_one_statement() {
    let app = fixture().await;
    for query in ["", "r:rare usd>1 order:usd", "unique:art bolt"] {
        let (page, statements) = app.statements(ask(&app, query)).await.unwrap();
        assert!(page.total.unwrap() > 0);
        // The pool asks whether its connection lives.
        let own: Vec<_> = statements.iter().filter(|statement| *statement != "SELECT $1").collect();
        assert_eq!(own.len(), 1, "{query}: {own:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_a_warning_or_a_typed_error() {
    let app = fixture().await;
    let page = ask(&app, "t:goblin kolor:red f:modern usd<cheap").await;
    assert_eq!((page.normalized.as_str(), page.warnings.len()), ("t:goblin f:modern", 2));
    assert_eq!(labels(&app, &page).await, "zen/126");
    // Postgres reads it otherwise than the translation can know.
    let page = ask(&app, "t:goblin o:/[z-a]/").await;
    assert_eq!((page.warnings.len(), page.normalized.as_str()), (1, "t:goblin"));
    assert_eq!(labels(&app, &page).await, "zen/126");
    // Nothing that a person writes becomes SQL.
    for query in [
        "' OR 1=1 --",
        "o:\"'; DROP TABLE cards; --\"",
        "black\0lotus",
        "%",
        "_",
        "\\",
        "o:\\",
        "/\\\\/",
        "s:%",
    ] {
        let page = ask(&app, query).await;
        // Punctuation alone says nothing, and nothing is what is left of it.
        let said_nothing = page.normalized.is_empty();
        assert!(said_nothing || page.total.unwrap() < 10, "{query}: {}", page.total.unwrap());
    }
    for query in ["a ".repeat(101), "a".repeat(1001), "(".repeat(30)] {
        let error = search(&app.visitor(), &request(&query)).await.unwrap_err();
        assert_eq!(error.code(), "BAD_USER_INPUT");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_printings_are_not_found() {
    let app = fixture().await;
    assert_eq!(ask(&app, "s:2x2 unique:prints").await.total, Some(2));
    app.sql("UPDATE printings SET removed_at = now() WHERE collector_number = '117'", &[]).await;
    assert_eq!(ask(&app, "s:2x2 unique:prints").await.total, Some(1));
    assert_eq!(ask(&app, "in:2x2 bolt").await.total, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_completed() {
    let app = fixture().await;
    let first = [
        ("lig", "Lightning Bolt"),
        ("LIGHTNING  b", "Lightning Bolt"),
        ("bolt", "Lightning Bolt"),
        ("lightnig blot", "Lightning Bolt"),
        ("jotun", "Jötun Grunt"),
        ("lim-dul", "Lim-Dûl's Vault"),
        ("limduls vault", "Lim-Dûl's Vault"),
        ("urzas tow", "Urza's Tower"),
        ("stomp", "Bonecrusher Giant // Stomp"),
        ("tarmogof", "Tarmogoyf"),
        ("fire", "Fire // Ice"),
        ("sol", "Sol Ring"),
    ];
    for (text, name) in first {
        let cards = autocomplete(&app.visitor(), text, 5).await.unwrap();
        assert_eq!(names(&app, &cards).await.first().map(String::as_str), Some(name), "{text}");
    }
    // Names that begin with it first, the played ones before the others; no tokens.
    let cards = autocomplete(&app.visitor(), "s", 4).await.unwrap();
    assert_eq!(names(&app, &cards).await, ["Sol Ring", "Scalding Tarn", "Scroll Rack", "Serra Angel"]);
    let cards = autocomplete(&app.visitor(), "goblin", 5).await.unwrap();
    assert_eq!(names(&app, &cards).await, ["Goblin Guide"]);
    for nothing in ["", "  ", "zzzzqqqq", "\0", "%"] {
        assert_eq!(autocomplete(&app.visitor(), nothing, 5).await.unwrap(), [], "{nothing}");
    }
}
