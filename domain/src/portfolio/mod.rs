//! What a collection is worth, what it cost, what it brought, and what a store would pay for it.
//!
//! A copy is valued by one price: of the chosen market, or of the first market in `Basis`'s order that has
//! one; of the copy's finish; of its state where the market tells prices by state, else of near mint copies,
//! which is counted. Signed, altered and graded copies and those in other languages are valued like plain ones.
//! What copies cost is converted at the rate of the day when they came (the day when their lot was made, if
//! nobody said), what they brought at that of the day when they were sold, what they are worth at today's.

mod graphql;
mod live;
mod many;
mod model;
mod movers;
mod ops;
mod queries;
mod returns;
mod work;

pub(crate) use graphql::{Portfolio, PortfolioInput, Subscription, portfolio};
pub(crate) use many::{moved_of, worth_of};
pub use model::{Apart, Basis, CREDIT, Day, Dimension, Gain, Range, Sales, Share, Valuation};
pub use movers::{Mover, MoversOf, movers};
pub use ops::{
    Allocated, History, Liquidation, allocation, gains, history, liquidation, moved_today, sales, unpriced,
    valuation,
};
pub(crate) use queries::charts::forget;
pub use returns::{Returns, returns, xirr};
pub use work::{PortfolioBackfill, Snapped, backfill, snapshots};
