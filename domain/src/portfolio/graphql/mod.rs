//! The skin of portfolios.

mod history;
mod live;
mod movers;
mod types;

pub(crate) use live::Subscription;
pub(crate) use types::{Portfolio, PortfolioInput, portfolio};
