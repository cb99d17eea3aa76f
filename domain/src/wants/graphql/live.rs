use async_graphql::{Context, ID, Result, SimpleObject, Subscription as Live};
use futures_util::{Stream, StreamExt};

use super::super::live::{Update, follow};
use super::super::model::{Want, WantList};
use super::list_id;
use crate::market::{EventPosition, UpdateKind};

/// News of one of one's own lists. A snapshot or reset holds no wants: whoever shows some reads them anew.
#[derive(SimpleObject)]
pub struct WantListUpdate {
    /// What this message is.
    kind: UpdateKind,
    /// Where in the feed it is.
    position: EventPosition,
    /// The list as it is now.
    list: WantList,
    /// How many wants came, changed or went; at most 100 of each are named.
    changed: i32,
    /// Wants that came or changed, as they are now.
    wants: Vec<Want>,
    /// Wants that went from the list.
    removed: Vec<ID>,
}

impl From<Update> for WantListUpdate {
    fn from(update: Update) -> Self {
        Self {
            kind: update.kind,
            position: update.position.into(),
            list: update.list,
            changed: i32::try_from(update.changed).unwrap_or(i32::MAX),
            wants: update.wants,
            removed: update.removed.into_iter().map(|id| id.public().into()).collect(),
        }
    }
}

/// Live feeds of want lists.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "WantSubscription")]
impl Subscription {
    /// One of one's own lists of wants as it changes, in whichever window that happens. It ends when the list is
    /// deleted. An API key needs the scope `READ_OWN`.
    async fn want_list_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the list.")] id: ID,
    ) -> Result<impl Stream<Item = WantListUpdate>> {
        Ok(follow(ctx.data_unchecked(), list_id(&id)).await?.map(WantListUpdate::from))
    }
}
