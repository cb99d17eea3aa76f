use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::model::{Price, SeriesRow};
use super::queries;
use crate::{Error, PrintingId, Reader, Result};

/// Headline prices of a printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LatestKey(pub PrintingId);

/// All current prices of a printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CurrentKey(pub PrintingId);

/// Prices of each printing; a printing without one has an empty list, so that it is not asked again.
fn grouped<K: Eq + std::hash::Hash + Copy>(
    keys: &[K],
    rows: &[SeriesRow],
    key: impl Fn(PrintingId) -> K,
) -> HashMap<K, Arc<Vec<Price>>> {
    let mut found: HashMap<K, Vec<Price>> = keys.iter().map(|key| (*key, Vec::new())).collect();
    for price in rows.iter().filter_map(Price::of) {
        found.entry(key(price.printing)).or_default().push(price);
    }
    found.into_iter().map(|(key, prices)| (key, Arc::new(prices))).collect()
}

impl Loader<LatestKey> for Reader {
    type Value = Arc<Vec<Price>>;
    type Error = Error;

    async fn load(&self, keys: &[LatestKey]) -> Result<HashMap<LatestKey, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = queries::current(&mut *self.0.conn().await?, &ids, true).await?;
        Ok(grouped(keys, &rows, LatestKey))
    }
}

impl Loader<CurrentKey> for Reader {
    type Value = Arc<Vec<Price>>;
    type Error = Error;

    async fn load(&self, keys: &[CurrentKey]) -> Result<HashMap<CurrentKey, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = queries::current(&mut *self.0.conn().await?, &ids, false).await?;
        Ok(grouped(keys, &rows, CurrentKey))
    }
}
