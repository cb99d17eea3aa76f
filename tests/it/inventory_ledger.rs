//! Whatever somebody does to their inventory: lots and movements agree, nothing is less than nothing, taking a
//! change back makes everything as it was, and what was gained is what there is less what it cost.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use domain::imports::{self, ImportState};
use domain::inventory::{
    self, Addition, Change, Edit, Facts, Filter, Grade, Lot, LotOrder, Paid, Patch, ProblemCode, Refusal,
    Removal, Sale, SaleOf,
};
use domain::portfolio::{self, Basis};
use domain::prices::{Currency, Finish};
use domain::{ChangeId, Ctx, Page, PrintingId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tests::TestApp;

use crate::world::{card, import, printings, someone};

/// A thing that somebody does; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Add { printing: usize, quantity: i32, cost: Option<i64>, grade: usize },
    Edit { lot: usize, quantity: Option<i32>, grade: usize },
    Sell { printing: usize, quantity: i32, price: i64 },
    Remove { lot: usize, quantity: i32 },
    Move { lot: usize, binder: usize },
    Import { rows: Vec<(usize, i32, i64)> },
    Undo { change: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let few = 1..6_i32;
    prop_oneof![
        3 => (0..2_usize, few.clone(), proptest::option::of(0..500_i64), 0..3_usize)
            .prop_map(|(printing, quantity, cost, grade)| Step::Add { printing, quantity, cost, grade }),
        2 => (0..8_usize, proptest::option::of(few.clone()), 0..3_usize)
            .prop_map(|(lot, quantity, grade)| Step::Edit { lot, quantity, grade }),
        2 => (0..2_usize, few.clone(), 0..900_i64)
            .prop_map(|(printing, quantity, price)| Step::Sell { printing, quantity, price }),
        1 => (0..8_usize, few.clone()).prop_map(|(lot, quantity)| Step::Remove { lot, quantity }),
        1 => (0..8_usize, 0..3_usize).prop_map(|(lot, binder)| Step::Move { lot, binder }),
        1 => proptest::collection::vec((0..2_usize, few, 1..4_i64), 1..4).prop_map(|rows| Step::Import { rows }),
        2 => (0..12_usize).prop_map(|change| Step::Undo { change }),
    ]
}

pub const GRADES: [Grade; 3] = [Grade::NearMint, Grade::Excellent, Grade::Poor];
const BINDERS: [&str; 2] = ["Trades", "Box"];
/// What every copy is worth, in cents.
const PRICE: i64 = 300;
const FILE: &str = "Name,Set code,Collector number,Foil,Quantity,Purchase price,Condition,Language,Purchase price currency\n";
const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();

pub fn usd(amount: i64) -> Paid {
    Paid { amount, currency: "USD".to_owned() }
}

struct World {
    app: TestApp,
    printings: Vec<PrintingId>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let priced = json!({ "prices": { "usd_foil": "3.00" } });
        import(&app, &[card(1, 1, &priced), card(2, 2, &priced)], "2026-11-01").await;
        Self { printings: printings(&app).await, app }
    }

    async fn somebody(&self) -> Ctx {
        let ctx = someone(&self.app).await;
        for binder in BINDERS {
            inventory::create_binder(&ctx, binder).await.unwrap();
        }
        ctx
    }

    /// A file comes in: what it changed, if it brought anything.
    async fn bring(&self, ctx: &Ctx, rows: &[(usize, i32, i64)]) -> Result<Option<Change>, Refusal> {
        let mut file = FILE.to_owned();
        for (printing, quantity, cost) in rows {
            let n = printing + 1;
            file.push_str(&format!("Test Card {n},TST,{n},foil,{quantity},0.0{cost},near_mint,en,USD\n"));
        }
        let service = self.app.ctx();
        let ticket = imports::start(ctx, "mine.csv").await?;
        imports::receive(&service, &ticket.token, file.into_bytes()).await?;
        imports::read(&service.renewed(), ticket.import.id, |_| ()).await?;
        imports::enter_later(&ctx.renewed(), ticket.import.id, true, false).await?;
        imports::enter(&service.renewed(), ticket.import.id).await?;
        let import = imports::import(&ctx.renewed(), ticket.import.id).await?.expect("it is theirs");
        assert_eq!(import.state(), ImportState::Done, "{import:?}");
        let changes = inventory::changes(&ctx.renewed(), &Page::new(1, None)?).await?;
        Ok(changes.into_iter().find(|change| Some(change.id) == import.change_id))
    }

    /// What the portfolio says was gained, and what the movements come to: what there is and what sales brought,
    /// less what was spent. Both of copies of which it is known what they cost, in cents.
    async fn gains(&self, ctx: &Ctx) -> (i64, i64) {
        let basis = Basis { currency: Currency::Usd, source: None, kind: None, include_stale: true };
        let held = portfolio::valuation(&ctx.renewed(), basis).await.unwrap();
        let sold = portfolio::sales(&ctx.renewed(), basis).await.unwrap();
        let books = "SELECT coalesce(sum(CASE WHEN m.price IS NULL THEN -m.copies * i.cost ELSE -m.copies * m.price END), 0)::int8, \
                     coalesce(sum(m.copies), 0)::int8 \
                     FROM inventory_movements m JOIN inventory_items i ON i.id = m.item_id \
                     WHERE m.user_id = $1 AND i.cost IS NOT NULL";
        let user = ctx.reader().unwrap();
        let row = &self.app.sql(books, &[&user.0]).await[0];
        (held.unrealised + sold.realised, row.get::<_, i64>(0) + PRICE * row.get::<_, i64>(1))
    }

    /// What of the books does not fit.
    async fn flaws(&self) -> Vec<String> {
        let checks = [
            "SELECT 'lot ' || i.id FROM inventory_items i LEFT JOIN inventory_movements m ON m.item_id = i.id \
             GROUP BY i.id HAVING i.quantity <> coalesce(sum(m.copies), 0)",
            "SELECT 'inventory ' || v.user_id FROM inventories v LEFT JOIN inventory_items i ON i.user_id = v.user_id \
             AND i.quantity > 0 GROUP BY v.user_id HAVING v.lots <> count(i.id) OR v.copies <> coalesce(sum(i.quantity), 0)",
            "SELECT 'change ' || c.id FROM inventory_changes c JOIN inventory_movements m ON m.change_id = c.id \
             GROUP BY c.id HAVING c.copies <> sum(m.copies) OR c.lots <> count(DISTINCT m.item_id)",
            "SELECT 'version ' || v.user_id FROM inventories v LEFT JOIN inventory_changes c ON c.user_id = v.user_id \
             GROUP BY v.user_id HAVING v.version <> count(c.id)",
        ];
        let mut flaws = Vec::new();
        for check in checks {
            flaws.extend(self.app.sql(check, &[]).await.iter().map(|row| row.get::<_, String>(0)));
        }
        flaws
    }
}

/// All lots, those without copies too; at most 100.
pub async fn lots(ctx: &Ctx) -> Vec<Lot> {
    let filter = Filter { empty: true, ..Filter::default() };
    let page = Page::new(100, None).unwrap();
    let lots = inventory::lots(&ctx.renewed(), &filter, LotOrder::Added, true, &page).await.unwrap();
    lots.into_iter().map(|(_, lot)| lot).collect()
}

/// Copies by what they are: what somebody has, whatever the lots are called.
type Owned = BTreeMap<String, i32>;

fn owned(lots: &[Lot]) -> Owned {
    lots.iter().filter(|lot| lot.quantity > 0).map(|lot| (format!("{:?}", lot.facts), lot.quantity)).collect()
}

/// What the copies cost that are there, in cents.
fn basis(lots: &[Lot]) -> i64 {
    lots.iter()
        .map(|lot| lot.facts.cost.as_ref().map_or(0, |cost| cost.amount) * i64::from(lot.quantity))
        .sum()
}

impl Step {
    async fn take(
        &self,
        world: &World,
        ctx: &Ctx,
        before: &[Lot],
        made: &[ChangeId],
    ) -> Result<Option<Change>, Refusal> {
        let ctx = ctx.renewed();
        let lot =
            |n: usize| before.get(n % before.len().max(1)).map(|lot| lot.id).unwrap_or(domain::LotId(0));
        match *self {
            Self::Add { printing, quantity, cost, grade } => {
                let facts = Facts {
                    grade: GRADES[grade],
                    cost: cost.map(usd),
                    ..Facts::of(world.printings[printing], Finish::Foil)
                };
                inventory::add(&ctx, vec![Addition { facts, quantity }]).await
            }
            Self::Edit { lot: n, quantity, grade } => {
                let patch = Patch { grade: Some(GRADES[grade]), ..Patch::default() };
                inventory::edit(&ctx, vec![Edit { lot: lot(n), quantity, patch }]).await
            }
            Self::Sell { printing, quantity, price } => {
                let printing = world.printings[printing];
                let of = SaleOf::Oldest {
                    printing,
                    finish: Finish::Foil,
                    grade: None,
                    language: None,
                    binder: None,
                };
                inventory::sell(&ctx, vec![Sale { of, quantity, price: usd(price) }], Some(DAY)).await
            }
            Self::Remove { lot: n, quantity } => {
                inventory::remove(&ctx, vec![Removal { lot: lot(n), quantity }]).await
            }
            Self::Move { lot: n, binder } => {
                let binders = inventory::binders(&ctx).await?;
                let patch = Patch { binder: Some(binders.get(binder).map(|one| one.id)), ..Patch::default() };
                inventory::edit(&ctx, vec![Edit { lot: lot(n), quantity: None, patch }]).await
            }
            Self::Import { ref rows } => world.bring(&ctx, rows).await,
            Self::Undo { change } => {
                let change = made.get(change % made.len().max(1)).copied().unwrap_or(ChangeId(0));
                inventory::undo(&ctx, change).await
            }
        }
    }
}

#[test]
fn lots_and_movements_always_agree() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    let all = proptest::collection::vec(step(), 1..25);
    let run = TestRunner::new(config).run(&all, |steps| {
        runtime.block_on(async {
            let ctx = world.somebody().await;
            // What there was before each change.
            let (mut made, mut states): (Vec<ChangeId>, Vec<Owned>) = Default::default();
            for step in &steps {
                let before = lots(&ctx).await;
                match step.take(&world, &ctx, &before, &made).await {
                    Ok(Some(change)) => {
                        let after = lots(&ctx).await;
                        if let Step::Edit { .. } | Step::Move { .. } = step {
                            prop_assert_eq!(
                                basis(&before),
                                basis(&after),
                                "neither grade nor binder is a cost"
                            );
                        }
                        // The last change taken back at once: as if it had never been.
                        if let Some(n) = change.undoes.and_then(|id| made.iter().position(|made| *made == id))
                            && n + 1 == made.len()
                        {
                            prop_assert_eq!(&owned(&after), &states[n]);
                        }
                        made.push(change.id);
                        states.push(owned(&before));
                    }
                    Ok(None) | Err(Refusal::Problems(_)) => prop_assert_eq!(before, lots(&ctx).await),
                    Err(Refusal::Error(error)) => prop_assert!(false, "{:?}: {}", step, error),
                }
            }
            prop_assert_eq!(world.flaws().await, Vec::<String>::new());
            let (gained, books) = world.gains(&ctx).await;
            prop_assert_eq!(gained, books);
            Ok(())
        })
    });
    run.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_copy_is_sold_once() {
    let world = World::new().await;
    let ctx = world.somebody().await;
    let facts = Facts::of(world.printings[0], Finish::Foil);
    inventory::add(&ctx, vec![Addition { facts, quantity: 1 }]).await.unwrap();
    let lot = lots(&ctx).await[0].id;
    let sale = |_| {
        let ctx = ctx.renewed();
        async move {
            let sale = Sale { of: SaleOf::Lot(lot), quantity: 1, price: usd(100) };
            inventory::sell(&ctx, vec![sale], None).await
        }
    };
    let sold = futures_util::future::join_all((0..8).map(sale)).await;
    let (won, lost): (Vec<_>, Vec<_>) = sold.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1, "{won:?}");
    for lost in lost {
        let Err(Refusal::Problems(problems)) = lost else { panic!("{lost:?}") };
        assert_eq!(problems[0].code, ProblemCode::NotEnough);
    }
    assert_eq!(world.flaws().await, Vec::<String>::new());
}

/// Two lots without a day of purchase, and what is done to them on later days.
#[tokio::test(flavor = "multi_thread")]
async fn copies_are_no_younger_for_a_changed_fact() {
    let world = World::new().await;
    let ctx = world.somebody().await;
    let (printing, first) = (world.printings[0], ctx.now().date_naive());
    let on = |day: i64| ctx.at(ctx.now() + TimeDelta::days(day));
    let add = async |day, words: &str| {
        let signed = words == "signed";
        let facts = Facts { signed, notes: Some(words.to_owned()), ..Facts::of(printing, Finish::Foil) };
        inventory::add(&on(day), vec![Addition { facts, quantity: 2 }]).await.unwrap().unwrap()
    };
    let noted = async |words: &str| {
        let all = lots(&ctx).await;
        all.into_iter().find(|lot| lot.facts.notes.as_deref() == Some(words)).unwrap()
    };
    add(0, "old").await;
    add(1, "new").await;
    let patch = Patch { signed: Some(true), notes: Some(Some("signed".to_owned())), ..Patch::default() };
    let edit = Edit { lot: noted("old").await.id, quantity: None, patch };
    inventory::edit(&on(2), vec![edit]).await.unwrap();
    assert_eq!(noted("signed").await.held_since, first);

    let oldest = SaleOf::Oldest { printing, finish: Finish::Foil, grade: None, language: None, binder: None };
    let sale = Sale { of: oldest, quantity: 2, price: usd(100) };
    inventory::sell(&on(3), vec![sale], None).await.unwrap();
    assert_eq!((noted("signed").await.quantity, noted("new").await.quantity), (0, 2), "the oldest went");

    // What was sold keeps what it cost, whatever comes into its lot later.
    add(4, "signed").await;
    let again = noted("signed").await;
    assert_eq!((again.quantity, again.held_since), (2, first));
    assert_eq!(noted("new").await.held_since, first + TimeDelta::days(1));
    assert_eq!(world.flaws().await, Vec::<String>::new());
}

/// Lots are found by the digest of their facts, for ever.
#[tokio::test(flavor = "multi_thread")]
async fn what_identifies_a_lot_never_changes() {
    let world = World::new().await;
    let ctx = world.somebody().await;
    let facts = Facts { cost: Some(usd(5)), ..Facts::of(world.printings[0], Finish::Foil) };
    inventory::add(&ctx, vec![Addition { facts, quantity: 1 }]).await.unwrap();
    let identity: String = world.app.sql("SELECT identity::text FROM inventory_items", &[]).await[0].get(0);
    assert_eq!(identity, "44dbb6c2-b527-9c8c-0547-0ba0ca34e568");
}
