//! How a change is entered: all of it in one transaction, with its movements and its event.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::check::{MOST_COPIES, MOST_LOTS};
use super::facts::Facts;
use super::model::{Change, Outcome, Problem, ProblemCode};
use super::plan::{Plan, Wanted};
use super::queries::{self, Left, NewChange, NewMovement};
use crate::{ChangeId, Ctx, Error, LotId, UserId, events};

/// Lots that an event names.
const NAMED: usize = 100;

/// What travels to those who watch an inventory: which lots changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InventoryChanged {
    /// Whose inventory.
    pub user: UserId,
    /// How many lots changed.
    pub changed: usize,
    /// Which, at most 100.
    pub lots: Vec<LotId>,
}

/// What was got for one copy of those that a lot lost, and when.
type Got = Option<(i64, String, NaiveDate)>;
/// What lots gain or lose.
type Entries = BTreeMap<(LotId, Got), i32>;

/// Makes a change; nothing if it comes to nothing.
pub(super) async fn enter(ctx: &Ctx, wanted: Wanted) -> Outcome<Option<Change>> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let before = queries::lock(conn, user).await?;
        let kind = wanted.kind();
        let undoes = if let Wanted::Undo(id) = &wanted { Some(*id) } else { None };
        let plan = wanted.plan(conn, user).await?;
        let entries = entries(ctx, conn, user, plan).await?;
        if entries.is_empty() {
            return Ok(None);
        }
        let net = net(&entries);
        let moved: Vec<_> = net.iter().map(|(lot, copies)| (*lot, *copies)).collect();
        let left = queries::shift(conn, user, &moved, ctx.now()).await?;
        if left.len() != net.len() {
            return Err(Error::internal(anyhow::anyhow!(
                "a plan moves copies of lots that are not the user's"
            ))
            .into());
        }
        let opened = opened(&left, &net)?;
        if opened > 0 && before.lots + opened > MOST_LOTS {
            let message = format!("an inventory holds {MOST_LOTS} lots");
            return Err(Problem::new(ProblemCode::LimitReached, "lots", message).into());
        }
        let copies = net.values().map(|copies| i64::from(*copies)).sum();
        let new = NewChange {
            user_id: user,
            kind: kind.number(),
            at: ctx.now(),
            lots: i32::try_from(net.len()).unwrap_or(i32::MAX),
            copies,
            undoes,
        };
        let change = queries::insert_change(conn, new).await?;
        queries::insert_movements(conn, &movements(change.id, user, &entries)).await?;
        queries::count(conn, user, opened, copies).await?;
        let lots = net.keys().copied().take(NAMED).collect();
        let event = InventoryChanged { user, changed: net.len(), lots };
        events::insert(conn, "inventory", &event).await?;
        Ok(Some(change))
    })
    .await
}

/// What lots gain or lose by a plan. Those of new facts are made, empty.
async fn entries(ctx: &Ctx, conn: &mut AsyncPgConnection, user: UserId, plan: Plan) -> Outcome<Entries> {
    // In the order in which they were given: so lots are made.
    let mut puts: Vec<(Uuid, Facts, i32)> = Vec::new();
    let mut known: HashMap<Uuid, usize> = HashMap::new();
    for (facts, copies) in plan.puts {
        let identity = facts.identity();
        match known.get(&identity) {
            Some(n) => puts[*n].2 = puts[*n].2.saturating_add(copies),
            None => {
                known.insert(identity, puts.len());
                puts.push((identity, facts, copies));
            }
        }
    }
    let facts: Vec<_> = puts.iter().map(|(identity, facts, _)| (*identity, facts)).collect();
    let lots: HashMap<Uuid, LotId> = match facts.as_slice() {
        [] => HashMap::new(),
        facts => queries::ensure(conn, user, facts, ctx.now()).await?.into_iter().collect(),
    };
    let put = |(identity, _, copies): &(Uuid, Facts, i32)| Some(((*lots.get(identity)?, None), *copies));
    let mut entries: Entries = puts.iter().filter_map(put).collect();
    for one in plan.moves {
        let got = one.sale.map(|(price, day)| (price.amount, price.currency, day));
        *entries.entry((one.lot, got)).or_default() += one.copies;
    }
    entries.retain(|_, copies| *copies != 0);
    Ok(entries)
}

fn net(entries: &Entries) -> BTreeMap<LotId, i32> {
    let mut net = BTreeMap::new();
    for ((lot, _), copies) in entries {
        *net.entry(*lot).or_default() += copies;
    }
    net
}

/// How many lots have copies that had none, less those that have none any more.
fn opened(left: &[Left], net: &BTreeMap<LotId, i32>) -> Outcome<i32> {
    let mut opened = 0;
    for lot in left {
        if lot.quantity > MOST_COPIES {
            let message = format!("a lot holds {MOST_COPIES} copies");
            return Err(Problem::new(ProblemCode::LimitReached, "quantity", message).into());
        }
        let before = lot.quantity - net.get(&lot.id).copied().map_or(0, i64::from);
        opened += i32::from(lot.quantity > 0) - i32::from(before > 0);
    }
    Ok(opened)
}

fn movements(change: ChangeId, user: UserId, entries: &Entries) -> Vec<NewMovement<'_>> {
    let mut movements = Vec::with_capacity(entries.len());
    for ((lot, got), copies) in entries {
        movements.push(NewMovement {
            change_id: change,
            item_id: *lot,
            user_id: user,
            copies: *copies,
            price: got.as_ref().map(|(amount, ..)| *amount),
            price_currency: got.as_ref().map(|(_, currency, _)| currency.as_str()),
            sold_on: got.as_ref().map(|(.., day)| *day),
        });
    }
    movements
}
