//! Prices of requests against the real schema.

use serde_json::json;

use crate::http::Served;

#[test]
fn every_list_of_rows_has_a_price_that_somebody_thought_about() {
    let table = api::CostTable::of(&domain::root::schema().finish().sdl()).unwrap();
    assert_eq!(table.guessed(), Vec::<String>::new(), "give them `first`, or a size in api/src/cost.rs");
}

/// What the web app's pages ask for, at their largest.
#[tokio::test]
async fn the_pages_of_the_app_can_be_paid() {
    let served = Served::new().await;
    let price = "money { amount currency } previous { amount currency } source kind finish changedAt";
    let row = format!(
        "id collectorNumber images {{ small normal }} card {{ id name }} set {{ id code name }} latestPrices {{ {price} }}"
    );
    for (page, most) in [
        (
            format!(
                "{{ search(query: \"t:elf\", first: 50) {{ totalCount nodes {{ {row} }} warnings {{ message }} }} }}"
            ),
            600,
        ),
        (
            format!("{{ search(query: \"t:elf\", first: 100) {{ edges {{ cursor node {{ {row} }} }} }} }}"),
            1000,
        ),
        (
            format!(
                "{{ up: topMovers(currency: USD, first: 20) {{ printing {{ {row} }} price {{ {price} }} before {{ amount }} }} down: topMovers(currency: USD, direction: DOWN, first: 20) {{ printing {{ {row} }} }} marketOverview(currency: USD) {{ sources {{ source }} }} }}"
            ),
            600,
        ),
        (
            format!(
                "{{ printing(id: \"x\") {{ {row} prices {{ {price} }} priceHistory {{ source points samples {{ day amount }} }} }} }}"
            ),
            400,
        ),
    ] {
        let answer = served.post(&page, &json!({})).send().await.unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let cost = answer["extensions"]["cost"]["requested"].as_u64();
        assert!(cost.is_some_and(|cost| cost <= most), "{page} costs {cost:?}: {answer}");
    }
}

#[tokio::test]
async fn the_explorer_can_read_the_schema() {
    let served = Served::new().await;
    let answer = served.ask(include_str!("../../api/tests/it/introspection.graphql")).await;
    assert!(answer["errors"].is_null(), "{answer}");
    assert_eq!(answer["extensions"]["cost"]["requested"], 200);
}
