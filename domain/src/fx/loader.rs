use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use chrono::{Datelike, NaiveDate};
use markets::ecb::Code;

use super::model::DayRate;
use super::queries;
use crate::{Error, Reader, Result};

/// The rate of a currency that counts on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RateKey {
    pub currency: Code,
    pub on: NaiveDate,
}

/// Days that the database can be asked about.
pub(super) fn has_rates(on: NaiveDate) -> bool {
    (1999..=9999).contains(&on.year())
}

impl Loader<RateKey> for Reader {
    type Value = Option<DayRate>;
    type Error = Error;

    async fn load(&self, keys: &[RateKey]) -> Result<HashMap<RateKey, Self::Value>> {
        // Also of nothing there is an answer: what is missing would be asked for again.
        let mut all: HashMap<_, _> = keys.iter().map(|key| (*key, None)).collect();
        let asked: Vec<RateKey> = keys.iter().copied().filter(|key| has_rates(key.on)).collect();
        if !asked.is_empty() {
            let found = queries::counting(&mut *self.0.conn().await?, &asked).await?;
            let keyed =
                |rate: DayRate| (RateKey { currency: rate.currency(), on: rate.wanted_on }, Some(rate));
            all.extend(found.into_iter().map(keyed));
        }
        Ok(all)
    }
}
