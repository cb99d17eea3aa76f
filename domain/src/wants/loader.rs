use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::model::WantPrice;
use super::queries::{self, prices};
use crate::{Error, Reader, Result, WantId};

/// Copies that the viewer has and that satisfy a want of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct HeldKey(pub WantId);

impl Loader<HeldKey> for Reader {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[HeldKey]) -> Result<HashMap<HeldKey, i64>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let user = self.0.reader()?;
        let held = queries::held_of(&mut *self.0.conn().await?, user, &ids).await?;
        Ok(held.into_iter().map(|(id, copies)| (HeldKey(id), copies)).collect())
    }
}

/// What a want of the viewer's costs now, source by source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PricesKey(pub WantId);

impl Loader<PricesKey> for Reader {
    type Value = Arc<Vec<WantPrice>>;
    type Error = Error;

    async fn load(&self, keys: &[PricesKey]) -> Result<HashMap<PricesKey, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let (user, today) = (self.0.reader()?, self.0.now().date_naive());
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for (id, price) in prices::best(&mut *self.0.conn().await?, user, &ids, today).await? {
            found.entry(PricesKey(id)).or_default().push(price);
        }
        Ok(found.into_iter().map(|(key, prices)| (key, Arc::new(prices))).collect())
    }
}
