use async_graphql::{Context, ID, Result, SimpleObject, Subscription as Live};
use futures_util::{Stream, StreamExt};

use super::super::live::{Update, follow};
use super::import_id;
use super::types::InventoryImport;
use crate::market::{EventPosition, UpdateKind};

/// News of one's own import.
#[derive(SimpleObject)]
pub struct InventoryImportUpdate {
    /// What this message is.
    kind: UpdateKind,
    /// Where in the feed it is.
    position: EventPosition,
    /// The import as it is now.
    import: InventoryImport,
}

impl From<Update> for InventoryImportUpdate {
    fn from(update: Update) -> Self {
        let import = InventoryImport(update.import);
        Self { kind: update.kind, position: update.position.into(), import }
    }
}

/// Live feeds of imports.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "ImportSubscription")]
impl Subscription {
    /// One's own import as it goes on: how many rows are read, what they came to, when it is in. It ends when
    /// the import is thrown away. An API key needs the scope `READ_OWN`.
    async fn inventory_import_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the import.")] id: ID,
    ) -> Result<impl Stream<Item = InventoryImportUpdate>> {
        Ok(follow(ctx.data_unchecked(), import_id(&id)).await?.map(InventoryImportUpdate::from))
    }
}
