//! How a change is entered: all of it in one transaction, with its movements and its event.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::check::{MOST_COPIES, MOST_LOTS};
use super::facts::Paid;
use super::model::{Change, Outcome, Problem, ProblemCode};
use super::plan::{Plan, Put, Wanted};
use super::queries::entries::{self, Left, Needed, NewMovement};
use super::queries::{self, NewChange};
use crate::{Ctx, Error, LotId, UserId, alerts, events};

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
    conn.transaction(async |conn| enter_in(ctx, conn, user, wanted).await).await
}

/// The same in a transaction of its own reason, for somebody whose right to it was checked.
pub(crate) async fn enter_in(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    wanted: Wanted,
) -> Outcome<Option<Change>> {
    let before = queries::lock(conn, user).await?;
    let kind = wanted.kind();
    let undoes = if let Wanted::Undo(id) = &wanted { Some(*id) } else { None };
    let plan = wanted.plan(conn, user).await?;
    let (entered, made) = entered(ctx, conn, user, plan).await?;
    if entered.is_empty() {
        return Ok(None);
    }
    let net = net(&entered);
    let left = shifted(ctx, conn, user, &net, made).await?;
    if left.len() != net.len() {
        let wrong = anyhow::anyhow!("a plan moves copies of lots that are not the user's");
        return Err(Error::internal(wrong).into());
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
    entries::insert_movements(conn, change.id, user, &movements(entered)).await?;
    queries::count(conn, user, opened, copies).await?;
    let lots = net.keys().copied().take(NAMED).collect();
    let event = InventoryChanged { user, changed: net.len(), lots };
    events::insert(conn, "inventory", &event).await?;
    alerts::touch_portfolio(ctx, conn, user).await?;
    Ok(Some(change))
}

/// What lots gain or lose by a plan, and those of new facts, which are made with their copies.
async fn entered(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    plan: Plan,
) -> Outcome<(Entries, Vec<Left>)> {
    let needed = needed(plan.puts, ctx.now().date_naive());
    let ensured = match needed.as_slice() {
        [] => Vec::new(),
        needed => entries::ensure(conn, user, needed, ctx.now()).await?,
    };
    let lots: HashMap<Uuid, LotId> = ensured.iter().map(|one| (one.identity, one.left.id)).collect();
    let put = |one: &Needed| Some(((*lots.get(&one.identity)?, None), one.copies));
    let mut entries: Entries = needed.iter().filter_map(put).collect();
    for one in plan.moves {
        let got = one.sale.map(|(price, day)| (price.amount, price.currency, day));
        *entries.entry((one.lot, got)).or_default() += one.copies;
    }
    entries.retain(|_, copies| *copies != 0);
    Ok((entries, ensured.into_iter().filter(|one| one.made).map(|one| one.left).collect()))
}

/// A lot for all copies of the same facts, in the order in which they were given: so lots are made.
fn needed(puts: Vec<Put>, today: NaiveDate) -> Vec<Needed> {
    let mut needed: Vec<Needed> = Vec::new();
    let mut known: HashMap<Uuid, usize> = HashMap::new();
    for Put { facts, copies, since } in puts {
        let (identity, since) = (facts.identity(), since.unwrap_or(today));
        if let Some(n) = known.get(&identity) {
            let one = &mut needed[*n];
            one.copies = one.copies.saturating_add(copies);
            one.since = one.since.min(since);
        } else {
            known.insert(identity, needed.len());
            needed.push(Needed { identity, facts, copies, since });
        }
    }
    needed
}

/// Moves copies, and says how many each lot has then; those that were made have theirs.
async fn shifted(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    net: &BTreeMap<LotId, i32>,
    made: Vec<Left>,
) -> Outcome<Vec<Left>> {
    let new: HashSet<LotId> = made.iter().map(|lot| lot.id).collect();
    let old = net.iter().filter(|(lot, _)| !new.contains(lot));
    let moved: Vec<_> = old.map(|(lot, copies)| (*lot, *copies)).collect();
    let mut left = made;
    if !moved.is_empty() {
        left.extend(entries::shift(conn, user, &moved, ctx.now()).await?);
    }
    Ok(left)
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

fn movements(entries: Entries) -> Vec<NewMovement> {
    let movement = |((item, got), copies): ((LotId, Got), i32)| {
        let sale = got.map(|(amount, currency, day)| (Paid { amount, currency }, day));
        NewMovement { item, copies, sale }
    };
    entries.into_iter().map(movement).collect()
}
