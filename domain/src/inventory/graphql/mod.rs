//! The skin of inventories: what the viewer owns, and what they can do with it.

mod formats;
mod inputs;
mod live;
mod mutation;
mod types;
mod viewer;

pub(crate) use formats::Query;
pub(crate) use live::Subscription;
pub(crate) use mutation::Mutation;
pub(crate) use viewer::{
    InventoryChangeConnection, InventoryConnection, InventoryFilterInput, changes_page, page,
};
