//! A page of somebody's fifty thousand lots over HTTP, against the same SQL run bare, and how long the first
//! page of each filter takes.

use std::time::Duration;

use anyhow::Context;
use domain::{Actor, App, BinderId, Ctx, PrintingId, Roles, accounts};
use serde_json::{Value, json};

use crate::load::{self, Question};
use crate::platform::Platform;
use crate::report::{Figures, Report};
use crate::{Size, list, statements};

const EMAIL: &str = "collector@bench.example";
const LOGIN: &str = "mutation ($email: String!, $password: String!) { \
    login(input: { email: $email, password: $password }) { session { accessToken } } }";
const PAGE: &str = "query ($filter: InventoryFilterInput!, $order: InventoryOrder! = ADDED) {
    viewer { inventory(first: 100, filter: $filter, order: $order) {
    totalLots totalCopies nodes { id quantity finish grade language binder { name } cost { amount currency }
        printing { collectorNumber card { name } set { code } latestPrices { source finish money { amount currency } } }
    } } } }";
/// First pages of each filter are timed for so long.
const TRIED: Duration = Duration::from_secs(2);

/// Lots over all printings, in ten binders, one in seven for trade, with the change that brought them.
pub const FILL: &str = "
    WITH own AS (SELECT id FROM users WHERE email = 'collector@bench.example'),
    b AS (INSERT INTO binders (user_id, name, created_at) SELECT own.id, 'Binder ' || n, now()
        FROM own, generate_series(1, 10) n RETURNING id, user_id),
    numbered AS (SELECT array_agg(id ORDER BY id) AS binders, min(user_id) AS owner FROM b),
    p AS (SELECT array_agg(id ORDER BY id) AS printings FROM printings),
    lots AS (INSERT INTO inventory_items (user_id, identity, printing_id, finish, grade, language, binder_id, cost,
            cost_currency, acquired_on, signed, altered, misprint, for_trade, tags, quantity, held_since, created_at, changed_at)
        SELECT owner, gen_random_uuid(), printings[1 + n * 7919 % cardinality(printings)], 1, 1 + n % 7, 1,
            binders[1 + n % 10], n % 5000, 'USD', '2020-01-01'::date + n % 2000, false, false, false, n % 7 = 0, '{}',
            1 + n % 4, current_date, now(), now() FROM numbered, p, generate_series(1, $LOTS) n RETURNING id, user_id, quantity),
    v AS (INSERT INTO inventories SELECT user_id, 1, count(*), sum(quantity) FROM lots GROUP BY user_id),
    c AS (INSERT INTO inventory_changes (user_id, kind, at, lots, copies)
        SELECT user_id, 1, now(), count(*), sum(quantity) FROM lots GROUP BY user_id RETURNING id)
    INSERT INTO inventory_movements (change_id, item_id, user_id, copies)
    SELECT c.id, lots.id, lots.user_id, lots.quantity FROM lots, c";

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let bearer = collector(platform, size.lots).await?;
    let ask = |filter: Value| Question { query: PAGE, variables: filter, bearer: &bearer };
    let all = ask(json!({ "filter": {} }));
    let page = || load::once(platform.address(), &all);
    page().await?;
    let sql = statements::of(platform, page()).await?;
    let duration = Duration::from_secs(size.seconds);
    let seen = load::run(platform.address(), &all, size.connections, duration).await?;
    let mut figures = Figures::default();
    figures.add("lots", size.lots as f64, "");
    figures.add("100 lots, printing, prices, totals: statements", sql.len() as f64, "");
    list::compare(platform, size, &sql, &seen, &mut figures)?;
    for (name, filter) in filters(platform).await? {
        // By one connection that stays open, as a browser has it: the first answer on a new one has to wait
        // for the other side to let more than 64 KiB through.
        let seen = load::run(platform.address(), &ask(filter), 1, TRIED).await?;
        let name = format!("first page, {name}: 95 of 100 within");
        figures.add(name, seen.percentile(0.95), "ms (aim < 100)");
    }
    report.write("inventory", &figures)
}

/// Somebody with so many lots, as they are known after a login.
async fn collector(platform: &Platform, lots: usize) -> anyhow::Result<String> {
    let ctx = Ctx::new(App::start(&platform.settings())?, Actor::Service);
    let made = accounts::create_user(&ctx, EMAIL, "Collector", Roles::default()).await?;
    let sql = platform.sql().await?;
    sql.batch_execute("UPDATE users SET password_expired = false").await?;
    sql.batch_execute(&FILL.replace("$LOTS", &lots.to_string())).await?;
    sql.batch_execute("VACUUM ANALYZE").await?;
    sql.batch_execute("CHECKPOINT").await?;
    let variables = json!({ "email": EMAIL, "password": made.password });
    let entered = load::once(platform.address(), &Question { query: LOGIN, variables, bearer: "" }).await?;
    let token = entered["login"]["session"]["accessToken"].as_str();
    Ok(token.with_context(|| format!("no session: {entered}"))?.to_owned())
}

fn words(query: &str) -> Value {
    json!({ "filter": { "query": query } })
}

/// What somebody may want to see of theirs.
async fn filters(platform: &Platform) -> anyhow::Result<Vec<(&'static str, Value)>> {
    let sql = platform.sql().await?;
    let one = "SELECT binder_id, printing_id FROM inventory_items ORDER BY id LIMIT 1";
    let row = sql.query_one(one, &[]).await?;
    let (binder, printing) = (BinderId(row.get(0)).public(), PrintingId(row.get(1)).public());
    Ok(vec![
        ("all", json!({ "filter": {} })),
        ("one binder", json!({ "filter": { "binderId": binder } })),
        ("for trade", json!({ "filter": { "forTrade": true } })),
        ("one printing", json!({ "filter": { "printingId": printing } })),
        ("one binder, for trade", json!({ "filter": { "binderId": binder, "forTrade": true } })),
        ("all by name", json!({ "filter": {}, "order": "NAME" })),
        ("all by price", json!({ "filter": {}, "order": "USD" })),
        ("binder:", words("binder:\"Binder 3\"")),
        ("cond:", words("cond:nm")),
        ("usd> is:fortrade", words("usd>5 is:fortrade")),
        ("usd> by price", json!({ "filter": { "query": "usd>5" }, "order": "USD" })),
        ("t: c:", words("t:creature c:u")),
        ("part of a name", words("drag")),
        ("nothing that there is", words("tag:nonsense")),
    ])
}
