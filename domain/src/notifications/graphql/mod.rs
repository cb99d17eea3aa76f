//! The skin of notifications.

mod live;
mod mutation;
mod types;

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Result};

pub(crate) use live::Subscription;
pub(crate) use mutation::Mutation;
pub use types::NotificationPreferences;

use super::loader::DeliveriesKey;
use super::model::{Notification, NotificationCursor};
use super::{ops, preferences};
use crate::{Ctx, Page, ReaderLoader, prefetch};

/// A page of notifications.
pub(crate) type NotificationConnection =
    Connection<NotificationCursor, Notification, EmptyFields, EmptyFields>;

/// A page of what the viewer was told, with what the selection asks of its cards read ahead.
pub(crate) async fn page(
    ctx: &Context<'_>,
    first: i32,
    after: Option<String>,
    unread_only: bool,
) -> Result<NotificationConnection> {
    let page = Page::parse(first, after.as_deref())?;
    let told = ops::notifications(ctx.data_unchecked(), unread_only, &page).await?;
    prefetch::cards_at(ctx, &["card"], told.iter().filter_map(|one| one.card_id).collect()).await?;
    prefetch::printings_at(ctx, &["printing"], told.iter().filter_map(|one| one.printing_id).collect())
        .await?;
    if !prefetch::asked_of_nodes(ctx, &["deliveries"]).is_empty() {
        let keys = told.iter().map(|one| DeliveriesKey(one.id));
        ctx.data_unchecked::<ReaderLoader>().load_many(keys).await?;
    }
    Ok(page.connection(told, EmptyFields, |one| NotificationCursor(one.id), |one| one))
}

/// How the viewer wants to be told.
pub(crate) async fn preferences_of_viewer(ctx: &Ctx) -> crate::Result<NotificationPreferences> {
    Ok(preferences::preferences(ctx).await?.into())
}
