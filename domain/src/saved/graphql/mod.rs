//! The skin of saved searches.

mod live;
mod mutation;
mod types;

pub(crate) use live::Subscription;
pub(crate) use mutation::Mutation;

use super::model::SavedSearch;
use super::ops;
use crate::{Ctx, Result};

/// The viewer's saved searches.
pub(crate) async fn of_viewer(ctx: &Ctx) -> Result<Vec<SavedSearch>> {
    ops::saved_searches(ctx).await
}
