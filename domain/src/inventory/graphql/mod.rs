//! The skin of inventories: what the viewer owns, and what they can do with it.

mod formats;
mod inputs;
mod live;
mod mutation;
mod types;
mod viewer;

pub(crate) use formats::Query;
pub(crate) use inputs::printing_id;
pub(crate) use live::Subscription;
pub(crate) use mutation::{Mutation, settle};
pub(crate) use types::InventoryError;
pub(crate) use viewer::{
    InventoryChangeConnection, InventoryConnection, InventoryFilterInput, Listed, changes_page, page,
};
