//! Whatever somebody does: gains are value less cost, and the days of a chart are what the ledger and the
//! prices of those days say.

use chrono::{Days, NaiveDate, Timelike};
use domain::inventory::{self, Addition, Edit, Facts, Patch, Refusal, Removal, Sale, SaleOf};
use domain::portfolio::{self, Basis, PortfolioBackfill, xirr};
use domain::prices::{Currency, Finish};
use domain::{ChangeId, Ctx, LotId, PrintingId, UserId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tests::TestApp;

use crate::inventory_ledger::{GRADES, lots, usd};
use crate::portfolio::{Said, rates, say, tcg};
use crate::world::{card, import, number, printings, someone};

const BASIS: Basis = Basis { currency: Currency::Usd, source: None, kind: None, include_stale: true };

#[derive(Clone, Debug)]
enum Step {
    Add { printing: usize, quantity: i32, cost: i64, grade: usize, ago: Option<u64> },
    Edit { lot: usize, quantity: Option<i32>, grade: usize, cost: Option<i64> },
    Sell { printing: usize, quantity: i32, price: i64, ago: u64 },
    Remove { lot: usize, quantity: i32 },
    Undo { change: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let few = 1..6_i32;
    let ago = proptest::option::of(0..40_u64);
    prop_oneof![
        4 => (0..3_usize, few.clone(), 0..500_i64, 0..3_usize, ago)
            .prop_map(|(printing, quantity, cost, grade, ago)| Step::Add { printing, quantity, cost, grade, ago }),
        2 => (0..8_usize, proptest::option::of(few.clone()), 0..3_usize, proptest::option::of(0..500_i64))
            .prop_map(|(lot, quantity, grade, cost)| Step::Edit { lot, quantity, grade, cost }),
        2 => (0..3_usize, few.clone(), 0..900_i64, 0..30_u64)
            .prop_map(|(printing, quantity, price, ago)| Step::Sell { printing, quantity, price, ago }),
        1 => (0..8_usize, few).prop_map(|(lot, quantity)| Step::Remove { lot, quantity }),
        2 => (0..12_usize).prop_map(|change| Step::Undo { change }),
    ]
}

struct World {
    app: TestApp,
    printings: Vec<PrintingId>,
}

impl World {
    /// Three cards whose prices changed in the last month.
    async fn new() -> Self {
        let app = TestApp::new().await;
        let cards: Vec<_> = (1..=3).map(|n| card(n, n, &json!({}))).collect();
        import(&app, &cards, "2026-11-01").await;
        rates(&app).await;
        for (number, amount, hours) in [
            (1, 100, 24 * 50),
            (1, 130, 24 * 20),
            (1, 125, 24 * 20 - 2),
            (1, 90, 3),
            (2, 777, 24 * 25),
            (3, 5, 24 * 60),
            (3, 6, 24),
        ] {
            say(&app, &tcg(number, amount), hours).await;
        }
        Self { printings: printings(&app).await, app }
    }

    async fn somebody(&self) -> (Ctx, UserId) {
        let ctx = someone(&self.app).await;
        let user = ctx.reader().unwrap();
        (ctx, user)
    }

    async fn chart(&self, user: UserId) -> u64 {
        let chart = "INSERT INTO portfolio_charts (user_id, currency, source, asked_at) VALUES ($1, 1, 0, now()) \
                     ON CONFLICT DO NOTHING";
        self.app.sql(chart, &[&user.0]).await;
        let job = PortfolioBackfill { user, version: 0, currency: Currency::Usd, source: None };
        portfolio::backfill(&self.app.ctx(), &job).await.unwrap().unwrap_or(0)
    }

    async fn take(&self, step: &Step, ctx: &Ctx, made: &[ChangeId]) -> Option<ChangeId> {
        let (ctx, before) = (ctx.renewed(), lots(ctx).await);
        let today = ctx.now().date_naive();
        let lot = |n: usize| before.get(n % before.len().max(1)).map(|lot| lot.id).unwrap_or(LotId(0));
        let outcome = match *step {
            Step::Add { printing, quantity, cost, grade, ago } => {
                let facts = Facts {
                    grade: GRADES[grade],
                    cost: Some(usd(cost)),
                    acquired_on: ago.map(|days| today - Days::new(days)),
                    ..Facts::of(self.printings[printing], Finish::Nonfoil)
                };
                inventory::add(&ctx, vec![Addition { facts, quantity }]).await
            }
            Step::Edit { lot: n, quantity, grade, cost } => {
                let cost = cost.map(|cost| Some(usd(cost)));
                let patch = Patch { grade: Some(GRADES[grade]), cost, ..Patch::default() };
                inventory::edit(&ctx, vec![Edit { lot: lot(n), quantity, patch }]).await
            }
            Step::Sell { printing, quantity, price, ago } => {
                let printing = self.printings[printing];
                let of = SaleOf::Oldest {
                    printing,
                    finish: Finish::Nonfoil,
                    grade: None,
                    language: None,
                    binder: None,
                };
                let day = today - Days::new(ago);
                inventory::sell(&ctx, vec![Sale { of, quantity, price: usd(price) }], Some(day)).await
            }
            Step::Remove { lot: n, quantity } => {
                inventory::remove(&ctx, vec![Removal { lot: lot(n), quantity }]).await
            }
            Step::Undo { change } => {
                let change = made.get(change % made.len().max(1)).copied().unwrap_or(ChangeId(0));
                inventory::undo(&ctx, change).await
            }
        };
        match outcome {
            Ok(change) => change.map(|change| change.id),
            Err(Refusal::Problems(_)) => None,
            Err(Refusal::Error(error)) => panic!("{step:?}: {error}"),
        }
    }
}

#[test]
fn what_was_gained_is_value_less_cost_whatever_happens() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&proptest::collection::vec(step(), 1..18), |steps| {
        runtime.block_on(async {
            let (ctx, user) = world.somebody().await;
            let mut made = Vec::new();
            for step in &steps {
                made.extend(world.take(step, &ctx, &made).await);
            }
            let value = portfolio::valuation(&ctx.renewed(), BASIS).await.unwrap();
            let sales = portfolio::sales(&ctx.renewed(), BASIS).await.unwrap();
            let put_in = format!(
                "SELECT coalesce(sum(m.copies * i.cost), 0) FROM inventory_movements m JOIN inventory_items i \
                 ON i.id = m.item_id WHERE m.user_id = {} AND m.price IS NULL", user.0);
            let put_in = number(&world.app, &put_in).await;
            prop_assert_eq!(sales.realised + value.unrealised, value.value + sales.proceeds - put_in);
            prop_assert_eq!(value.cost, put_in - sales.cost);
            let held: i64 = lots(&ctx).await.iter().map(|lot| i64::from(lot.quantity)).sum();
            prop_assert_eq!(value.copies, held);

            world.chart(user).await;
            let last = "SELECT value, cost, unrealised, realised, copies, lots FROM portfolio_snapshots \
                        WHERE user_id = $1 ORDER BY day DESC LIMIT 1";
            if let Some(row) = world.app.sql(last, &[&user.0]).await.first() {
                let day: (i64, i64, i64, i64, i64, i32) =
                    (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5));
                let now = (value.value, value.cost, value.unrealised, sales.realised, value.copies, i32::try_from(value.lots).unwrap());
                prop_assert_eq!(day, now, "the last day is now");
            }
            prop_assert_eq!(world.chart(user).await, 0, "again, it changes nothing");
            Ok(())
        })
    });
    run.unwrap();
}

/// Of each day since somebody began: copies that there were, times the last price before its end. Slow and plain.
const PLAIN: &str = "SELECT d::date, (SELECT coalesce(sum(m.copies * h.amount), 0)::int8 FROM inventory_movements m \
        JOIN inventory_items i ON i.id = m.item_id JOIN price_series s ON s.printing_id = i.printing_id \
        CROSS JOIN LATERAL (SELECT amount FROM price_history WHERE series_id = s.id AND observed_at < d + interval '1 day' \
            ORDER BY observed_at DESC LIMIT 1) h \
        WHERE m.user_id = $1 AND coalesce(m.sold_on, i.acquired_on) <= d), \
    (SELECT coalesce(sum(CASE WHEN m.price IS NULL THEN m.copies * i.cost ELSE m.copies * m.price END), 0)::int8 \
        FROM inventory_movements m JOIN inventory_items i ON i.id = m.item_id \
        WHERE m.user_id = $1 AND coalesce(m.sold_on, i.acquired_on) = d) \
    FROM generate_series((SELECT min(acquired_on) FROM inventory_items WHERE user_id = $1)::timestamp, \
        (now() AT TIME ZONE 'UTC')::date, '1 day') d ORDER BY 1";

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_what_it_was_worth_at_the_time() {
    let world = World::new().await;
    let (ctx, user) = world.somebody().await;
    let add = |printing, quantity, ago| Step::Add { printing, quantity, cost: 40, grade: 0, ago: Some(ago) };
    let steps = [
        add(0, 4, 38),
        add(1, 1, 30),
        add(2, 9, 30),
        add(0, 2, 10),
        Step::Edit { lot: 3, quantity: None, grade: 1, cost: None },
        Step::Sell { printing: 0, quantity: 3, price: 150, ago: 8 },
        Step::Undo { change: 2 },
    ];
    let mut made = Vec::new();
    for step in &steps {
        made.push(world.take(step, &ctx, &made).await.unwrap());
    }
    assert!(world.chart(user).await > 38);
    let plain: Vec<(NaiveDate, i64, i64)> = world
        .app
        .sql(PLAIN, &[&user.0])
        .await
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    let kept = "SELECT day, value, flows FROM portfolio_snapshots WHERE user_id = $1 ORDER BY day";
    let kept: Vec<(NaiveDate, i64, i64)> = world
        .app
        .sql(kept, &[&user.0])
        .await
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    assert_eq!(kept, plain);
    // What did not come or go with copies is what prices did: at each day's copies of the evening before.
    let market = "SELECT sum(value - moved - before) FROM (SELECT value, moved, lag(value) OVER (ORDER BY day) AS before \
                  FROM portfolio_snapshots WHERE user_id = {}) d";
    // 4 copies from 100 to 125 and 5 x -35 to 90 (4 + 2 - 3 of them are left), one card got its first price.
    let market = number(&world.app, &market.replace("{}", &user.0.to_string())).await;
    assert_eq!(market, 4 * 25 + 3 * -35);

    let tomorrow = world.app.ctx().now() + chrono::TimeDelta::days(1);
    let snapped = portfolio::snapshots(&world.app.ctx().at(tomorrow)).await.unwrap();
    assert_eq!((snapped.days, snapped.anew), (1, 0), "the end of one more day");
    let again = portfolio::snapshots(&world.app.ctx().at(tomorrow)).await.unwrap();
    assert_eq!((again.days, again.anew), (0, 0), "again, it changes nothing");
    world.take(&add(1, 1, 0), &ctx, &made).await.unwrap();
    let later = portfolio::snapshots(&world.app.ctx().at(tomorrow)).await.unwrap();
    assert_eq!((later.days, later.anew), (0, 1), "a chart that is not as the inventory is, is made anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_better_market_that_comes_or_goes_takes_nobody_the_past() {
    let app = TestApp::new().await;
    import(&app, &[card(1, 1, &json!({}))], "2026-11-01").await;
    rates(&app).await;
    let trend =
        |amount| Said { number: 1, source: 2, kind: 3, condition: 1, currency: 2, amount, quantity: None };
    // A euro is two dollars. TCGplayer comes before Cardmarket, while it says anything.
    for (said, days) in
        [(trend(500), 20), (trend(600), 8), (tcg(1, 900), 10), (tcg(1, 950), 9), (tcg(1, 1_000), 2)]
    {
        say(&app, &said, 24 * days).await;
    }
    let withdrawn = "INSERT INTO price_history (series_id, observed_at, ingested_at) \
                     SELECT id, now() - interval '5 days', now() FROM price_series WHERE source = 1";
    app.sql(withdrawn, &[]).await;
    let world = World { printings: printings(&app).await, app };
    let (ctx, user) = world.somebody().await;
    let held = Step::Add { printing: 0, quantity: 2, cost: 40, grade: 0, ago: Some(15) };
    world.take(&held, &ctx, &[]).await.unwrap();
    assert_eq!(world.chart(user).await, 16);
    let turns = "SELECT (now() AT TIME ZONE 'UTC')::date - day, value, moved FROM ( \
            SELECT day, value, moved, lag(value) OVER (ORDER BY day) AS before FROM portfolio_snapshots \
            WHERE user_id = $1) d WHERE value IS DISTINCT FROM before OR moved <> 0 ORDER BY day";
    let turns: Vec<(i32, i64, i64)> = world
        .app
        .sql(turns, &[&user.0])
        .await
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    // From a market to another nothing moved: only from 9.00 to 9.50 did a price change.
    let expected = [(15, 2_000, 2_000), (10, 1_800, -200), (9, 1_900, 0), (5, 2_400, 500), (2, 2_000, -400)];
    assert_eq!(turns, expected, "days ago, value, what came and went");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_that_came_last_evening_is_known_of_by_the_next_night() {
    let app = TestApp::new().await;
    import(&app, &[card(1, 1, &json!({}))], "2026-11-01").await;
    rates(&app).await;
    let trend =
        Said { number: 1, source: 2, kind: 3, condition: 1, currency: 2, amount: 500, quantity: None };
    say(&app, &trend, 24 * 20).await;
    let world = World { printings: printings(&app).await, app };
    let mut users = Vec::new();
    for (quantity, ago) in [(2, 15), (1, 1)] {
        let (ctx, user) = world.somebody().await;
        let held = Step::Add { printing: 0, quantity, cost: 40, grade: 0, ago: Some(ago) };
        world.take(&held, &ctx, &[]).await.unwrap();
        world.chart(user).await;
        users.push(user);
    }
    // A euro is two dollars. The evening is over when somebody says what TCGplayer asked in it.
    let now = world.app.ctx().now();
    say(&world.app, &tcg(1, 900), i32::try_from(now.hour()).unwrap() + 1).await;
    let snapped = portfolio::snapshots(&world.app.ctx()).await.unwrap();
    assert_eq!((snapped.days, snapped.anew), (4, 0), "two days of both");
    let mut seen = Vec::new();
    for user in users {
        let days =
            "SELECT value, moved FROM portfolio_snapshots WHERE user_id = $1 ORDER BY day DESC LIMIT 3";
        let rows = world.app.sql(days, &[&user.0]).await;
        seen.push(rows.iter().map(|row| (row.get(0), row.get(1))).collect::<Vec<(i64, i64)>>());
    }
    assert_eq!(
        seen[0],
        [(1_800, 0), (1_800, -200), (2_000, 0)],
        "it passed to another market, and moved nothing"
    );
    assert_eq!(seen[1], [(900, 0), (900, 900)], "it came that day");
}

proptest! {
    /// Against every rate of a fine net: the one at which the payments come nearest to nothing.
    #[test]
    fn a_rate_is_where_brute_force_finds_it(
        paid in proptest::collection::vec((0_u64..700, 1.0..1_000.0_f64), 1..8),
        gain in 0.3..3.0_f64,
    ) {
        let start = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let mut payments: Vec<_> = paid.iter().map(|(day, amount)| (start + Days::new(*day), -amount)).collect();
        payments.push((start + Days::new(1_000), paid.iter().map(|(_, amount)| amount).sum::<f64>() * gain));
        let first = payments.iter().map(|(day, _)| *day).min().unwrap();
        let worth = |rate: f64| -> f64 {
            let years = |day: NaiveDate| (day - first).num_days() as f64 / 365.0;
            payments.iter().map(|(day, amount)| amount / (1.0 + rate).powf(years(*day))).sum()
        };
        let found = xirr(&payments).unwrap();
        let best = (0..40_000).map(|n| -0.9 + f64::from(n) * 1e-3).min_by(|a, b| worth(*a).abs().total_cmp(&worth(*b).abs())).unwrap();
        prop_assert!((found - best).abs() < 2e-3 || worth(found).abs() <= worth(best).abs(), "{} {}", found, best);
    }
}
