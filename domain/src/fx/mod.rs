//! What money was worth in other money, each day at its own rate. Amounts are in hundredths of their
//! currency, whatever its own minor unit is, as everywhere on the platform. A ticket of Magic Online is no
//! money: it is never converted.
//!
//! A statement that reads many rows, each of a day of its own, converts them by the database's function
//! `fx_convert`, which rounds as this does:
//! `LEFT JOIN LATERAL fx_convert(cost, cost_currency, 'EUR', acquired_on) c ON true` gives `c.converted`
//! and `c.rate_day`, both null where there is no rate.

mod graphql;
mod judge;
mod loader;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::Query;
pub use markets::ecb::{Code, Rate};
pub use model::{Amount, Converted, Exchange, ExchangeRate, ExchangeRateSource, Stored};
pub(crate) use ops::{admit, newest, store};
pub use ops::{convert, convert_all, rate, rates};
