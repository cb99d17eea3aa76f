//! What a change comes to, worked out from what is there while nobody else changes it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;

use super::check::{Known, Problems, length, there_are};
use super::facts::{Facts, Paid};
use super::model::{
    Addition, ChangeKind, Edit, Lot, Outcome, Problem, ProblemCode, Refusal, Removal, Sale, SaleOf,
};
use super::queries;
use crate::{ChangeId, Error, LotId, UserId};

/// What somebody wants to happen.
pub(crate) enum Wanted {
    Add(Vec<Addition>),
    /// What a file brings; it was checked row by row.
    Import(Vec<Addition>),
    Edit(Vec<Edit>),
    Sell {
        sales: Vec<Sale>,
        sold_on: NaiveDate,
    },
    Remove(Vec<Removal>),
    Undo(ChangeId),
}

/// Copies that come into a lot that is there, or go.
pub(super) struct Move {
    pub lot: LotId,
    pub copies: i32,
    pub sale: Option<(Paid, NaiveDate)>,
}

/// Copies that come into the lot of these facts.
pub(super) struct Put {
    pub facts: Facts,
    pub copies: i32,
    /// Since when they are there, in whichever lot; nothing if they are new.
    pub since: Option<NaiveDate>,
}

/// What has to move.
#[derive(Default)]
pub(super) struct Plan {
    pub puts: Vec<Put>,
    pub moves: Vec<Move>,
}

impl Plan {
    fn puts(additions: Vec<Addition>) -> Self {
        let put = |one: Addition| Put { facts: one.facts, copies: one.quantity, since: None };
        let puts = additions.into_iter().map(put).collect();
        Self { puts, ..Self::default() }
    }
}

impl Wanted {
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Add(_) => ChangeKind::Added,
            Self::Import(_) => ChangeKind::Imported,
            Self::Edit(_) => ChangeKind::Edited,
            Self::Sell { .. } => ChangeKind::Sold,
            Self::Remove(_) => ChangeKind::Removed,
            Self::Undo(_) => ChangeKind::Undone,
        }
    }

    pub(super) async fn plan(self, conn: &mut AsyncPgConnection, user: UserId) -> Outcome<Plan> {
        match self {
            Self::Add(additions) => add(conn, user, additions).await,
            Self::Import(additions) => Ok(Plan::puts(additions)),
            Self::Edit(edits) => edit(conn, user, &edits).await,
            Self::Sell { sales, sold_on } => sell(conn, user, &sales, sold_on).await,
            Self::Remove(removals) => remove(conn, user, &removals).await,
            Self::Undo(change) => undo(conn, user, change).await,
        }
    }
}

async fn add(conn: &mut AsyncPgConnection, user: UserId, additions: Vec<Addition>) -> Outcome<Plan> {
    length("lots", additions.len())?;
    let known = Known::of(conn, user, additions.iter().map(|one| &one.facts)).await?;
    let mut problems = Problems::default();
    for (n, one) in additions.iter().enumerate() {
        problems.quantity(format!("lots[{n}].quantity"), one.quantity);
        known.check(&mut problems, &format!("lots[{n}]"), &one.facts);
    }
    problems.none()?;
    Ok(Plan::puts(additions))
}

/// The lots that somebody names, with what is left in them as a plan takes from them.
struct Shelf(HashMap<LotId, Lot>);

impl Shelf {
    async fn of(conn: &mut AsyncPgConnection, user: UserId, ids: Vec<LotId>) -> Outcome<Self> {
        let rows = queries::lots(conn, user, &ids).await?;
        let lots = rows.into_iter().map(Lot::try_from).collect::<Result<Vec<_>, Error>>()?;
        Ok(Self(lots.into_iter().map(|lot| (lot.id, lot)).collect()))
    }

    /// Takes copies, all that are left if nothing is said; says at a place of the input why not.
    fn take(
        &mut self,
        problems: &mut Problems,
        at: &str,
        lot: LotId,
        quantity: Option<i32>,
    ) -> Option<(i32, &Lot)> {
        let Some(lot) = self.0.get_mut(&lot) else {
            problems.add(ProblemCode::NotFound, format!("{at}.lotId"), "you have no such lot");
            return None;
        };
        let wanted = quantity.unwrap_or(lot.quantity);
        if wanted > lot.quantity || lot.quantity == 0 {
            let message = there_are(lot.quantity);
            problems.add(ProblemCode::NotEnough, format!("{at}.quantity"), message);
            return None;
        }
        if wanted < 1 {
            problems.quantity(format!("{at}.quantity"), wanted);
            return None;
        }
        lot.quantity -= wanted;
        Some((wanted, lot))
    }

    /// Takes copies that fit from lots in an order; says how many of them are missing.
    fn take_oldest(&mut self, order: &[LotId], of: &SaleOf, quantity: i32) -> (Vec<(LotId, i32)>, i32) {
        let (mut taken, mut missing) = (Vec::new(), quantity);
        for id in order {
            let Some(lot) = self.0.get_mut(id).filter(|lot| of.fits(&lot.facts)) else { continue };
            let copies = missing.min(lot.quantity);
            if copies > 0 {
                lot.quantity -= copies;
                missing -= copies;
                taken.push((*id, copies));
            }
        }
        (taken, missing)
    }
}

async fn edit(conn: &mut AsyncPgConnection, user: UserId, edits: &[Edit]) -> Outcome<Plan> {
    length("edits", edits.len())?;
    let mut shelf = Shelf::of(conn, user, edits.iter().map(|edit| edit.lot).collect()).await?;
    let (mut plan, mut problems) = (Plan::default(), Problems::default());
    let mut new = Vec::new();
    for (n, edit) in edits.iter().enumerate() {
        let taken = shelf.take(&mut problems, &format!("edits[{n}]"), edit.lot, edit.quantity);
        let Some((copies, old)) = taken else { continue };
        let facts = edit.patch.apply(&old.facts).tidy();
        if facts != old.facts {
            plan.moves.push(Move { lot: edit.lot, copies: -copies, sale: None });
            new.push((n, Put { facts, copies, since: Some(old.held_since) }));
        }
    }
    let known = Known::of(conn, user, new.iter().map(|(_, put)| &put.facts)).await?;
    for (n, put) in &new {
        known.check(&mut problems, &format!("edits[{n}].set"), &put.facts);
    }
    problems.none()?;
    plan.puts = new.into_iter().map(|(_, put)| put).collect();
    Ok(plan)
}

async fn remove(conn: &mut AsyncPgConnection, user: UserId, removals: &[Removal]) -> Outcome<Plan> {
    length("lots", removals.len())?;
    let mut shelf = Shelf::of(conn, user, removals.iter().map(|one| one.lot).collect()).await?;
    let (mut plan, mut problems) = (Plan::default(), Problems::default());
    for (n, one) in removals.iter().enumerate() {
        let taken = shelf.take(&mut problems, &format!("lots[{n}]"), one.lot, Some(one.quantity));
        let moved = taken.map(|(copies, _)| Move { lot: one.lot, copies: -copies, sale: None });
        plan.moves.extend(moved);
    }
    problems.none()?;
    Ok(plan)
}

async fn sell(
    conn: &mut AsyncPgConnection,
    user: UserId,
    sales: &[Sale],
    sold_on: NaiveDate,
) -> Outcome<Plan> {
    length("sales", sales.len())?;
    let named = sales.iter().filter_map(|sale| match sale.of {
        SaleOf::Lot(lot) => Some(lot),
        SaleOf::Oldest { .. } => None,
    });
    let mut shelf = Shelf::of(conn, user, named.collect()).await?;
    let printings: Vec<_> = sales
        .iter()
        .filter_map(|sale| match sale.of {
            SaleOf::Oldest { printing, .. } => Some(printing),
            SaleOf::Lot(_) => None,
        })
        .collect();
    let mut order = Vec::new();
    for row in queries::oldest(conn, user, &printings).await? {
        let lot = Lot::try_from(row).map_err(Refusal::from)?;
        order.push(lot.id);
        shelf.0.entry(lot.id).or_insert(lot);
    }
    let (mut plan, mut problems) = (Plan::default(), Problems::default());
    for (n, sale) in sales.iter().enumerate() {
        let at = format!("sales[{n}]");
        problems.paid(&format!("{at}.price"), &sale.price);
        let mut sold = |lot, copies: i32| {
            let sale = Some((sale.price.clone(), sold_on));
            plan.moves.push(Move { lot, copies: -copies, sale });
        };
        match &sale.of {
            SaleOf::Lot(lot) => {
                if let Some((copies, _)) = shelf.take(&mut problems, &at, *lot, Some(sale.quantity)) {
                    sold(*lot, copies);
                }
            }
            of @ SaleOf::Oldest { .. } => {
                problems.quantity(format!("{at}.quantity"), sale.quantity);
                let (taken, missing) = shelf.take_oldest(&order, of, sale.quantity);
                taken.into_iter().for_each(|(lot, copies)| sold(lot, copies));
                if missing > 0 {
                    let message = there_are(sale.quantity - missing);
                    problems.add(ProblemCode::NotEnough, format!("{at}.quantity"), message);
                }
            }
        }
    }
    problems.none()?;
    Ok(plan)
}

impl SaleOf {
    fn fits(&self, facts: &Facts) -> bool {
        match self {
            Self::Lot(_) => false,
            Self::Oldest { printing, finish, grade, language, binder } => {
                facts.printing == *printing
                    && facts.finish == *finish
                    && grade.is_none_or(|grade| facts.grade == grade)
                    && language.is_none_or(|language| facts.language == language)
                    && binder.is_none_or(|binder| facts.binder == Some(binder))
            }
        }
    }
}

/// The same movements the other way round, with what was got for them.
async fn undo(conn: &mut AsyncPgConnection, user: UserId, id: ChangeId) -> Outcome<Plan> {
    let problem = |code, message: &str| Problem::new(code, "id", message);
    if queries::change(conn, user, id).await?.is_none() {
        return Err(problem(ProblemCode::NotFound, "you made no such change").into());
    }
    if !queries::undone(conn, user, &[id]).await?.is_empty() {
        return Err(problem(ProblemCode::AlreadyUndone, "it was taken back already").into());
    }
    let movements = queries::movements(conn, user, &[id]).await?;
    let lots = movements.iter().map(|movement| movement.item_id).collect();
    let shelf = Shelf::of(conn, user, lots).await?;
    let left: BTreeMap<LotId, i32> = shelf.0.values().map(|lot| (lot.id, lot.quantity)).collect();
    let mut came: BTreeMap<LotId, i32> = BTreeMap::new();
    for movement in &movements {
        *came.entry(movement.item_id).or_default() += movement.copies;
    }
    let gone = came.iter().filter(|(lot, copies)| left.get(lot).is_none_or(|left| left < *copies)).count();
    if gone > 0 {
        let message = format!("copies of {gone} of its lots have gone on since: take that back first");
        return Err(problem(ProblemCode::NotEnough, &message).into());
    }
    let back = |movement: super::model::Movement| Move {
        lot: movement.item_id,
        copies: -movement.copies,
        sale: movement
            .price
            .zip(movement.price_currency)
            .zip(movement.sold_on)
            .map(|((amount, currency), sold_on)| (Paid { amount, currency }, sold_on)),
    };
    Ok(Plan { moves: movements.into_iter().map(back).collect(), ..Plan::default() })
}
