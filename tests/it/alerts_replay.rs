//! A real price list as it went up and down for four days, against alerts at the middle of every price: what is
//! told, what would be told without patience, and that a worker that is killed changes nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};
use domain::alerts;
use domain::prices::ingest_card_kingdom;
use markets::Book;
use markets::listing::{Grade, Head, Ids, Kind, Listing, Money, Quote, Surface};
use markets::packed::{BytesRead, unpack};
use serde::Deserialize;
use serde_json::json;
use tests::{TestApp, project, variable};

use crate::world::{card, import, number};

const ARCHIVE: &str = "buylist/ck-live-history-hourly-2026-08-07.tar.zst";
/// One article in so many, unless the whole is asked for by `ALERTS_REPLAY=whole`.
const PART: usize = 40;
const PERSISTENCE: TimeDelta = TimeDelta::hours(12);
/// Alerts of one user: nobody may be told more than fifty times a day.
const OF_USER: i32 = 20;
/// Every so many passes the worker is killed in the middle.
const KILLED: usize = 3;

#[derive(Deserialize)]
struct State {
    changes: BTreeMap<String, Vec<(DateTime<Utc>, f64)>>,
}

/// What a store pays for an article, in cents, as it changed.
struct Article {
    product: String,
    prices: Vec<(DateTime<Utc>, i64)>,
}

impl Article {
    /// Halfway between the least and the most, rounded up.
    fn middle(&self) -> i64 {
        let cents = || self.prices.iter().map(|(_, cents)| *cents);
        let (least, most) = (cents().min().unwrap_or(0), cents().max().unwrap_or(0));
        (least + most + 1) / 2
    }

    /// Sides of the middle, as they changed.
    fn sides(&self) -> Vec<(DateTime<Utc>, bool)> {
        let mut sides: Vec<(DateTime<Utc>, bool)> = Vec::new();
        for (at, cents) in &self.prices {
            let high = *cents >= self.middle();
            if sides.last().is_none_or(|(_, last)| *last != high) {
                sides.push((*at, high));
            }
        }
        sides
    }

    /// Times that it was told without patience, and of these the ones that lasted.
    fn crossings(&self, end: DateTime<Utc>) -> (usize, usize) {
        let sides = self.sides();
        let until = |n: usize| sides.get(n + 1).map_or(end, |(at, _)| *at);
        let lasts = (1..sides.len()).filter(|n| until(*n) - sides[*n].0 >= PERSISTENCE);
        (sides.len().saturating_sub(1), lasts.count())
    }
}

/// Articles whose price changed, in the order of their codes.
fn articles() -> Option<Vec<Article>> {
    let folder = variable("DUALCASTER_DATA").map_or_else(|_| project().join("../shared/data"), PathBuf::from);
    let path = folder.join(ARCHIVE);
    if !path.exists() {
        eprintln!("skipped: no data pack");
        return None;
    }
    let mut archive =
        tar::Archive::new(unpack(std::fs::File::open(path).unwrap(), BytesRead::default()).unwrap());
    // The last state holds every change since the beginning.
    let mut last = Vec::new();
    for entry in archive.entries().unwrap() {
        last.clear();
        std::io::Read::read_to_end(&mut entry.unwrap(), &mut last).unwrap();
    }
    let state: State = serde_json::from_slice(&last).unwrap();
    let whole = variable("ALERTS_REPLAY").is_ok_and(|wanted| wanted == "whole");
    let cents = |(at, price): (DateTime<Utc>, f64)| (at, (price * 100.0).round() as i64);
    let article = |(product, prices): (String, Vec<_>)| Article {
        product,
        prices: prices.into_iter().map(cents).collect(),
    };
    let moved = |article: &Article| article.crossings(DateTime::<Utc>::MAX_UTC).0 > 0;
    Some(state.changes.into_iter().map(article).filter(moved).step_by(if whole { 1 } else { PART }).collect())
}

/// A printing for every article, each with an alert when its price falls below its middle and one when it rises
/// above: together they tell of every crossing.
async fn world(articles: &[Article]) -> TestApp {
    let app = TestApp::new().await;
    import(&app, &[card(1, 1, &json!({}))], "2026-08-01").await;
    let products: Vec<&str> = articles.iter().map(|article| article.product.as_str()).collect();
    let columns = "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute \
                   WHERE attrelid = 'printings'::regclass AND attnum > 0 AND NOT attisdropped \
                   AND attname NOT IN ('id', 'scryfall_id', 'collector_number')";
    let columns: String = app.sql(columns, &[]).await[0].get(0);
    let printings = format!(
        "WITH made AS (INSERT INTO printings (scryfall_id, collector_number, {columns}) \
             SELECT gen_random_uuid(), 'a' || g.n, {columns} FROM (SELECT * FROM printings LIMIT 1) p, \
             unnest($1::text[]) WITH ORDINALITY g (product, n) RETURNING id, collector_number) \
         INSERT INTO product_links (feed, product, printing_id, finish) SELECT 3, g.product, m.id, 1 \
         FROM unnest($1::text[]) WITH ORDINALITY g (product, n) JOIN made m ON m.collector_number = 'a' || g.n"
    );
    app.sql(&printings, &[&products]).await;
    let middles: Vec<i64> = articles.iter().map(Article::middle).collect();
    let users = "INSERT INTO users (email, name, roles, status, access_changed_at, created_at) \
                 SELECT n || '@ravnica.example', n::text, 0, 1, now(), now() FROM generate_series(0, $1::int) n";
    let most = i32::try_from(articles.len()).unwrap() / OF_USER;
    app.sql(users, &[&most]).await;
    // Below is a cent less than at the middle, which is above.
    let alerts = "INSERT INTO alerts (user_id, printing_id, finish, source, book, currency, rule, amount, persistence_minutes, \
                  band, daily_limit, announce_met, created_at, changed_at) \
                  SELECT u.id, l.printing_id, 1, 4, 2, 1, r.rule, greatest(g.middle - (r.rule = 1)::int, 1), 720, 500, 3, false, \
                         now(), now() \
                  FROM unnest($1::text[], $2::int8[]) WITH ORDINALITY g (product, middle, n) \
                  JOIN product_links l ON l.product = g.product \
                  JOIN users u ON u.name = (g.n / $3::int)::text CROSS JOIN (VALUES (1), (2)) r (rule)";
    app.sql(alerts, &[&products, &middles, &OF_USER]).await;
    app.sql("INSERT INTO alert_states (alert_id) SELECT id FROM alerts", &[]).await;
    app.sql("ANALYZE", &[]).await;
    app
}

/// The whole list at a moment.
fn list(now: &HashMap<&str, i64>, at: DateTime<Utc>) -> Book {
    let listing = |(product, cents): (&&str, &i64)| Listing {
        product: (*product).to_owned(),
        name: String::new(),
        ids: Ids::default(),
        quotes: vec![Quote {
            surface: Surface::Nonfoil,
            kind: Kind::Buylist,
            grade: Grade::Nm,
            money: Money::Usd,
            cents: *cents,
            quantity: Some(1),
        }],
    };
    Book { head: Head::whole(at), listings: now.iter().map(listing).collect() }
}

/// Looks at alerts; now and then somebody is killed while they do.
async fn pass(app: &TestApp, at: DateTime<Utc>, passes: &mut usize) {
    *passes += 1;
    if passes.is_multiple_of(KILLED) {
        let ctx = app.ctx().at(at);
        let mut looks = Box::pin(alerts::check(&ctx));
        // It is dropped the next time that it waits, after having waited a few times.
        let mut waits = *passes * 7 % 40;
        std::future::poll_fn(|context| match looks.as_mut().poll(context) {
            Poll::Pending if waits > 0 => {
                waits -= 1;
                Poll::Pending
            }
            _ => Poll::Ready(()),
        })
        .await;
        drop(looks);
        // What it held is let go of with its connection.
        let killed = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                      AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'";
        app.sql(killed, &[]).await;
    }
    loop {
        match alerts::check(&app.ctx().at(at)).await {
            Ok(_) => return,
            Err(error) => eprintln!("looks again: {error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_prices_are_told_of_when_they_last() {
    let Some(articles) = articles() else { return };
    let app = world(&articles).await;
    let mut moments: Vec<DateTime<Utc>> =
        articles.iter().flat_map(|a| a.prices.iter().map(|p| p.0)).collect();
    moments.sort_unstable();
    moments.dedup();
    let end = *moments.last().unwrap();
    let mut now: HashMap<&str, i64> =
        articles.iter().map(|article| (article.product.as_str(), article.prices[0].1)).collect();
    let (mut passes, mut looking) = (0, std::time::Duration::ZERO);
    // What every price was before its first change that we know.
    let first = moments[0] - TimeDelta::hours(1);
    ingest_card_kingdom(&app.ctx().at(first), &list(&now, first), false).await.unwrap();
    app.sql("INSERT INTO alert_touched (alert_id) SELECT id FROM alerts", &[]).await;
    pass(&app, first, &mut passes).await;
    for at in &moments {
        // As the clock would have it: what lasted by then is told before the next list comes.
        pass(&app, *at - TimeDelta::seconds(1), &mut passes).await;
        for article in &articles {
            now.extend(article.prices.iter().filter(|p| p.0 == *at).map(|p| (article.product.as_str(), p.1)));
        }
        let done = ingest_card_kingdom(&app.ctx().at(*at), &list(&now, *at), true).await.unwrap();
        assert_eq!(done.quarantined, None);
        let began = std::time::Instant::now();
        pass(&app, *at, &mut passes).await;
        looking += began.elapsed();
    }
    let crossings: Vec<_> = articles.iter().map(|article| article.crossings(end)).collect();
    let naive: usize = crossings.iter().map(|one| one.0).sum();
    let lasting: usize = crossings.iter().map(|one| one.1).sum();
    let naive_again = crossings.iter().filter(|one| one.0 > 1).count();
    let told = number(&app, "SELECT count(*) FROM alert_events WHERE state = 1").await;
    let again = "SELECT count(*) FROM (SELECT printing_id FROM alert_events WHERE state = 1 GROUP BY 1 HAVING count(*) > 1) x";
    let again = number(&app, again).await;
    let held = number(&app, "SELECT count(*) FROM alert_events WHERE state = 2").await;
    println!(
        "{} articles, {} lists, {passes} passes, {looking:?} in those of the lists",
        articles.len(),
        moments.len()
    );
    println!("told {told}, naive {naive}, crossings that lasted {lasting}, held back {held}");
    println!("articles told of more than once {again}, naive {naive_again}");
    assert!(told > 0 && usize::try_from(told).unwrap() <= lasting, "one for a crossing that lasts at most");
    // The figures of the whole feed: 55,000 of 76,694, and 8,200 of 15,000.
    assert!(told * 76_694 <= naive as i64 * 55_000);
    assert!(again * 15_000 <= naive_again as i64 * 8_200);
    let twice =
        "SELECT count(*) FROM (SELECT FROM alert_events GROUP BY alert_id, crossing HAVING count(*) > 1) x";
    assert_eq!(number(&app, twice).await, 0);
    let outbox = "SELECT coalesce(sum((payload->>'fired')::int), 0) FROM outbox WHERE kind = 'alert'";
    assert_eq!(number(&app, outbox).await, told, "each is told to those who watch once");
    // Each stands for a price that lasted: what is written down is what the list says.
    let rows = "SELECT l.product, e.since, e.at, e.side FROM alert_events e \
                JOIN product_links l ON l.printing_id = e.printing_id WHERE e.state = 1";
    let by_code: HashMap<&str, &Article> = articles.iter().map(|a| (a.product.as_str(), a)).collect();
    let mut known: HashSet<(String, DateTime<Utc>)> = HashSet::new();
    for row in app.sql(rows, &[]).await {
        let (product, since, side): (String, DateTime<Utc>, i16) = (row.get(0), row.get(1), row.get(3));
        let sides = by_code[product.as_str()].sides();
        assert!(sides.contains(&(since, side == 2)), "{product} did not cross at {since}: {sides:?}");
        assert!(known.insert((product, since)), "one crossing is told once");
    }
}
