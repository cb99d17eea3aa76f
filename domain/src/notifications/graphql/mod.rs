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
use crate::catalog::{CardKey, PrintingKey};
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
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let nodes = prefetch::asked_of_nodes(ctx, &["card", "printing", "deliveries"]);
    if nodes.contains(&"card") {
        let cards = reader.load_many(told.iter().filter_map(|one| one.card_id).map(CardKey)).await?;
        prefetch::cards_in(ctx, "card", &cards.into_values().collect::<Vec<_>>()).await?;
    }
    if nodes.contains(&"printing") {
        let keys = told.iter().filter_map(|one| one.printing_id).map(PrintingKey);
        let printings = reader.load_many(keys).await?;
        prefetch::printings_in(ctx, "printing", &printings.into_values().collect::<Vec<_>>()).await?;
    }
    if nodes.contains(&"deliveries") {
        reader.load_many(told.iter().map(|one| DeliveriesKey(one.id))).await?;
    }
    Ok(page.connection(told, EmptyFields, |one| NotificationCursor(one.id), |one| one))
}

/// How the viewer wants to be told.
pub(crate) async fn preferences_of_viewer(ctx: &Ctx) -> crate::Result<NotificationPreferences> {
    Ok(preferences::preferences(ctx).await?.into())
}
