//! A list costs a fixed number of SQL statements, whatever its length.

use serde_json::json;
use tests::TestApp;

const LIST: &str = "query ($first: Int!) { search(first: $first, unique: PRINTS) { nodes {
    card { name } set { code name } latestPrices { source finish money { amount currency } } } } }";
const CARDS: &str = "query ($first: Int!) { cards(first: $first) { nodes { name defaultPrinting {
    set { code } latestPrices { source money { amount } } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_list_with_sets_and_prices_takes_four_statements() {
    let app = TestApp::new().await;
    domain::demo::load(&app.ctx(), |_, _| {}).await.unwrap();
    for query in [LIST, CARDS] {
        for first in [1, 50] {
            let (answer, all) = app.statements(app.gql(query, json!({ "first": first }))).await.unwrap();
            let nodes =
                answer["data"].as_object().and_then(|data| data.values().next()).map(|list| &list["nodes"]);
            assert_eq!(nodes.and_then(|nodes| nodes.as_array()).map(Vec::len), Some(first), "{answer}");
            // The pool asks whether its connection lives, and search bounds its time in a transaction.
            let noise = ["SELECT $1", "BEGIN", "COMMIT"];
            let own: Vec<_> = all.iter().filter(|s| !noise.contains(&s.as_str())).collect();
            assert!(own.len() <= 4, "{first}: {own:#?}");
        }
    }
}
