//! Cards, their printings and the sets they are in.

mod import;

pub(crate) use import::begin;
pub use import::{
    CardsImported, MigrationsImported, ObservedAt, Origin, import_cards, import_migrations, import_sets,
    time_in_name,
};
