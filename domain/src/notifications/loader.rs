use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::model::Delivery;
use super::queries::deliveries;
use crate::{Error, NotificationId, Reader, Result};

/// Deliveries of a notification of the viewer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DeliveriesKey(pub NotificationId);

impl Loader<DeliveriesKey> for Reader {
    type Value = Vec<Delivery>;
    type Error = Error;

    async fn load(&self, keys: &[DeliveriesKey]) -> Result<HashMap<DeliveriesKey, Vec<Delivery>>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let user = self.0.reader()?;
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for one in deliveries::of_notifications(&mut *self.0.conn().await?, user, &ids).await? {
            found.entry(DeliveriesKey(one.notification_id)).or_default().push(one);
        }
        Ok(found)
    }
}
