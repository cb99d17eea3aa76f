//! The skin of want lists.

mod inputs;
mod live;
mod mutation;
mod types;

use async_graphql::Context;
use async_graphql::connection::{Connection, EmptyFields};

pub(crate) use live::Subscription;
pub(crate) use mutation::Mutation;

use super::model::{Want, WantCursor, WantList};
use super::ops;
use crate::{Ctx, Result, WantListId};

/// A page of wants.
pub(super) type WantConnection = Connection<WantCursor, Want, EmptyFields, EmptyFields>;

/// An id that is nobody's: what is no id of its kind is treated like one that is somebody else's.
const NOBODYS: i32 = 0;

fn list_id(id: &str) -> WantListId {
    WantListId::from_public(id).unwrap_or(WantListId(NOBODYS))
}

/// The viewer's lists.
pub(crate) async fn lists_of_viewer(ctx: &Ctx) -> Result<Vec<WantList>> {
    ops::lists(ctx).await
}

/// One of the viewer's lists.
pub(crate) async fn list_of_viewer(ctx: &Ctx, id: &str) -> Result<Option<WantList>> {
    ops::list(ctx, list_id(id)).await
}

/// The viewer's wants that cost no more than their targets.
pub(crate) async fn reached_of_viewer(ctx: &Context<'_>, first: i32) -> Result<Vec<Want>> {
    let wants = ops::reached(ctx.data_unchecked::<Ctx>(), first).await?;
    types::ahead(ctx, &wants.iter().collect::<Vec<_>>()).await?;
    Ok(wants)
}
