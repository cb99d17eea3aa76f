//! What the kinds of jobs do. One file a topic; `Registry::all` lists them.

mod accounts;
mod alerts;
mod catalogue;
mod imports;
mod market;
mod owned;
mod portfolio;
mod records;
mod similar;
mod upkeep;

pub use catalogue::BulkRefresh;
pub use market::{BuylistCollection, MarketCollection, VISITING, Visit};
pub use owned::{OwnedVisit, PriceCollection};
pub use portfolio::PortfolioSnapshots;
pub use records::{EdhrecCollection, FxCollection, NewsCollection, TournamentCollection};
pub use upkeep::{OutboxCleanup, PartitionMaintenance, Retention, TokenCleanup};

/// A kind of job that the clock or an operator starts, with nothing to tell it: one at a time.
macro_rules! scheduled {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        scheduled!($(#[$doc])* $name, $kind, domain::jobs::Lane::of($kind, 1));
    };
    ($(#[$doc:meta])* $name:ident, $kind:literal, $lane:expr) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub struct $name {}

        impl domain::jobs::Job for $name {
            const KIND: &'static str = $kind;
            const LANE: domain::jobs::Lane = $lane;

            fn unique_key(&self) -> Option<String> {
                Some($kind.to_owned())
            }
        }
    };
}
pub(crate) use scheduled;

/// The same, of what visits outside services: an operator may name stand-ins.
macro_rules! visiting {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        visiting!($(#[$doc])* $name, $kind, domain::jobs::Lane::of($kind, 1));
    };
    ($(#[$doc:meta])* $name:ident, $kind:literal, $lane:expr) => {
        $(#[$doc])*
        #[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            /// What is visited in place of the services.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub stand_ins: Option<domain::sources::StandIns>,
        }

        impl domain::jobs::Job for $name {
            const KIND: &'static str = $kind;
            const LANE: domain::jobs::Lane = $lane;

            fn unique_key(&self) -> Option<String> {
                Some($kind.to_owned())
            }
        }
    };
}
pub(crate) use visiting;
