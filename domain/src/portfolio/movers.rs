//! Which of somebody's cards moved, and what that did to the value.

use super::model::Basis;
use super::ops::{at_most_gains, priced};
use super::queries::movers;
use crate::market::{MoverDirection, MoverWindow};
use crate::prices::{Condition, Finish, Source, permille};
use crate::{Ctx, PrintingId, Result};

/// What moves are asked for.
#[derive(Clone, Copy, Debug)]
pub struct MoversOf {
    /// How far back.
    pub window: MoverWindow,
    /// Rises or falls; both if `None`.
    pub direction: Option<MoverDirection>,
    /// How many, 1 to 50.
    pub first: i32,
}

/// A price that moved and values copies of somebody's. Amounts are hundredths, at today's rate of exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mover {
    /// Whose price.
    pub printing: PrintingId,
    /// In which finish.
    pub finish: Finish,
    /// In which state.
    pub condition: Condition,
    /// The market that says it.
    pub source: Source,
    /// Copies that it values.
    pub copies: i64,
    /// The price when the window began.
    pub before: i64,
    /// The price now.
    pub after: i64,
    /// The difference in tenths of a per cent.
    pub permille: i64,
    /// What it did to the value of the copies.
    pub effect: i64,
}

fn mover(row: &movers::Moved) -> Option<Mover> {
    Some(Mover {
        printing: row.printing_id,
        finish: Finish::from_number(row.finish)?,
        condition: Condition::from_number(row.condition)?,
        source: Source::from_number(row.source)?,
        copies: row.copies,
        before: row.worth_before,
        after: row.worth_after,
        permille: permille(row.before, row.after),
        effect: row.effect,
    })
}

/// Prices of the viewer's cards that moved, what did most to the value first. What had no price when the
/// window began did not move; copies count that are there now, whenever they came.
pub async fn movers(ctx: &Ctx, basis: Basis, wanted: MoversOf) -> Result<Vec<Mover>> {
    let limit = at_most_gains(wanted.first)?;
    let of = priced(ctx, ctx.reader()?, basis)?;
    let way = wanted.direction.map(|direction| match direction {
        MoverDirection::Up => 1,
        MoverDirection::Down => -1,
    });
    let since = ctx.now() - wanted.window.length();
    let found = movers::moved(&mut *ctx.conn().await?, &of, since, way, limit).await?;
    Ok(found.iter().filter_map(mover).collect())
}
