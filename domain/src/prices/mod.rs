//! What cards cost: series of prices by source, kind, finish and condition, with their history.

mod model;

pub use model::{
    Condition, Currency, Feed, Finish, Price, PriceBatch, PriceKind, PricesChanged, SeriesRow, Source,
};
