use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::model::{Found, Wanted};
use super::ops;
use crate::{Error, Reader, Result};

impl Loader<Wanted> for Reader {
    type Value = Found;
    type Error = Error;

    async fn load(&self, keys: &[Wanted]) -> Result<HashMap<Wanted, Found>> {
        ops::similar(&self.0, keys).await
    }
}
