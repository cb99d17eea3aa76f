//! The skin of what people show to others.

mod mutation;
mod shared;
mod things;
mod types;

pub(crate) use mutation::Mutation;
pub(crate) use shared::Query;

use super::model::Share;
use super::ops;
use crate::{Ctx, Result};

/// What the viewer shows.
pub(crate) async fn of_viewer(ctx: &Ctx) -> Result<Vec<Share>> {
    ops::shares(ctx).await
}
