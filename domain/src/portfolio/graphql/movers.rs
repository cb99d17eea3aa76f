use async_graphql::{Context, Result, SimpleObject};

use super::super::model::Basis;
use super::super::movers::{self, MoversOf};
use crate::catalog::{Printing, PrintingKey};
use crate::prices::{Condition, Finish, Source};
use crate::scalars::{Decimal, Money};
use crate::{ReaderLoader, prefetch};

/// A price that moved and values copies of the viewer's.
#[derive(SimpleObject)]
pub(super) struct PortfolioMover {
    /// Whose price.
    printing: Printing,
    /// In which finish.
    finish: Finish,
    /// In which state: near mint where the market tells no other price.
    condition: Condition,
    /// The market that says it.
    source: Source,
    /// Copies that it values, whenever they came.
    copies: i64,
    /// The price of one copy when the window began, at today's rate of exchange.
    before: Money,
    /// The price of one copy now.
    after: Money,
    /// The difference in per cent, to a tenth.
    change_percent: Decimal,
    /// What it did to the value of all the copies.
    effect: Money,
}

/// What moved, with what the selection asks of its printings.
pub(super) async fn movers(ctx: &Context<'_>, basis: Basis, wanted: MoversOf) -> Result<Vec<PortfolioMover>> {
    let moved = movers::movers(ctx.data_unchecked(), basis, wanted).await?;
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let printings = reader.load_many(moved.iter().map(|one| PrintingKey(one.printing))).await?;
    let money = |minor| Money { minor, currency: basis.currency };
    let mover = |one: &movers::Mover| {
        Some(PortfolioMover {
            printing: printings.get(&PrintingKey(one.printing))?.clone(),
            finish: one.finish,
            condition: one.condition,
            source: one.source,
            copies: one.copies,
            before: money(one.before),
            after: money(one.after),
            change_percent: Decimal(one.permille * 10),
            effect: money(one.effect),
        })
    };
    let found: Vec<PortfolioMover> = moved.iter().filter_map(mover).collect();
    let rows: Vec<Printing> = found.iter().map(|one| one.printing.clone()).collect();
    prefetch::printings_in(ctx, "printing", &rows).await?;
    Ok(found)
}
