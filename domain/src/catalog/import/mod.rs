//! Catalogue files into the database: streamed, in one transaction, nothing written twice.

mod cards;
mod encode;
mod known;
mod rulings;
mod sets;
mod store;

pub use cards::ObservedAt;
pub use rulings::{RulingsImported, import_rulings};
pub use sets::{MigrationsImported, import_migrations, import_sets};
pub(crate) use store::begin;
pub use store::{CardsImported, import_cards, time_in_name};

/// What the catalogue is filled from; a database takes one of them for its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The built-in demo market.
    Demo,
    /// Files of the real sources.
    Real,
}

impl Origin {
    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::Demo => 1,
            Self::Real => 2,
        }
    }
}
