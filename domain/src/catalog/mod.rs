//! Cards, their printings and the sets they are in.

mod graphql;
mod import;
mod loader;
mod model;
mod names;
mod ops;
mod queries;

pub(crate) use graphql::{Node, Query};
pub(crate) use import::begin;
pub use import::{
    CardsImported, MigrationsImported, ObservedAt, Origin, RulingsImported, import_cards, import_migrations,
    import_rulings, import_sets, time_in_name,
};
pub(crate) use loader::{CardKey, PrintingKey, RulingsKey, SetKey};
pub use model::{
    Card, CardBrief, CardCursor, CardRef, MtgSet, Printing, PrintingBrief, PrintingCursor, PrintingRef,
    SetCursor, SetRef,
};
pub use names::CardNames;
pub use ops::{
    card, cards, cards_by_id, printing, printings, printings_of_card, printings_of_set, set, sets,
};
