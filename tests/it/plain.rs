//! Lists that are answered past the executor say, letter by letter, what it would have said.

use async_graphql::Request;
use domain::Reader;
use tests::TestApp;

/// What may be asked of a price: alone, and each two together.
const OF_A_PRICE: [&str; 22] = [
    "printingId",
    "source",
    "feed",
    "kind",
    "finish",
    "condition",
    "quantity",
    "changedAt",
    "observedAt",
    "ingestedAt",
    "version",
    "money { amount currency }",
    "money { amount }",
    "money { __typename }",
    "previous { currency amount }",
    "previous { ... on Money { amount } }",
    "__typename",
    "also: source",
    "printing { id }",
    "... on Price { version kind }",
    "left: quantity @skip(if: true)",
    "there: quantity @include(if: true)",
];
const OF_A_SET: [&str; 15] = [
    "id",
    "code",
    "name",
    "setType",
    "releasedAt",
    "cardCount",
    "printingCount",
    "digital",
    "parentCode",
    "block",
    "iconUri",
    "__typename",
    "also: code",
    "printings(first: 1) { nodes { id } }",
    "left: name @skip(if: true)",
];
const OF_A_POINT: [&str; 5] = ["day", "amount", "__typename", "other: day", "... { amount }"];

type Asked = (TestApp, domain::root::Roots);

async fn answer((app, schema): &Asked, query: &str) -> String {
    let ctx = app.visitor();
    let request = Request::new(query).data(Reader::loader(ctx.clone())).data(ctx);
    let response = schema.execute(request).await;
    assert!(response.errors.is_empty(), "{query}: {:?}", response.errors);
    serde_json::to_string(&response.data).unwrap()
}

/// Every two of these, asked of a list plainly and in a fragment, which always takes the executor.
async fn same(app: &Asked, asked: &[&str], list: impl Fn(&str) -> String) {
    for (n, first) in asked.iter().enumerate() {
        for second in &asked[n..] {
            let wanted = if first == second { (*first).to_owned() } else { format!("{first} {second}") };
            let plain = answer(app, &list(&wanted)).await;
            let executed = answer(app, &list(&format!("... {{ {wanted} }}"))).await;
            assert_eq!(plain, executed, "{wanted}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_list_says_what_the_executor_says() {
    let app = TestApp::new().await;
    domain::demo::load(&app.ctx(), |_, _| {}).await.unwrap();
    app.sql("UPDATE price_series SET previous = NULLIF(id % 5, 0)", &[]).await;
    let app = (app, domain::root::schema().finish());
    let cards = "cards(first: 3) { nodes { defaultPrinting";
    let all = answer(
        &app,
        &format!("{{ {cards} {{ prices {{ money {{ amount }} previous {{ amount }} }} }} }} }} }}"),
    )
    .await;
    for seen in ["\"money\":{", "\"previous\":{", "\"previous\":null"] {
        assert!(all.contains(seen), "no price has {seen}: the comparison would be of less than there is");
    }
    same(&app, &OF_A_PRICE, |asked| format!("{{ {cards} {{ latestPrices {{ {asked} }} }} }} }} }}")).await;
    same(&app, &OF_A_PRICE, |asked| format!("{{ {cards} {{ prices {{ {asked} }} }} }} }} }}")).await;
    same(&app, &OF_A_SET, |asked| format!("{{ {cards} {{ set {{ {asked} }} }} }} }} }}")).await;
    let history = "priceHistory(days: 30) { samples";
    same(&app, &OF_A_POINT, |asked| format!("{{ {cards} {{ {history} {{ {asked} }} }} }} }} }} }}")).await;
}
