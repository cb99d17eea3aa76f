use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::model::{Share, Shared, Thing};
use super::ops;
use crate::inventory::{self, shown};
use crate::{BinderId, Error, Reader, Result, UserId, WantListId};

/// The link to a binder of the viewer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BinderShareKey(pub BinderId);

impl Loader<BinderShareKey> for Reader {
    type Value = Share;
    type Error = Error;

    async fn load(&self, keys: &[BinderShareKey]) -> Result<HashMap<BinderShareKey, Share>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let shares = ops::of_binders(&self.0, &ids).await?.into_iter();
        let keyed = |share: Share| match share.thing()? {
            Thing::Binder(id) => Some((BinderShareKey(id), share)),
            Thing::WantList(_) => None,
        };
        Ok(shares.filter_map(keyed).collect())
    }
}

/// The link to a list of the viewer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ListShareKey(pub WantListId);

impl Loader<ListShareKey> for Reader {
    type Value = Share;
    type Error = Error;

    async fn load(&self, keys: &[ListShareKey]) -> Result<HashMap<ListShareKey, Share>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let shares = ops::of_lists(&self.0, &ids).await?.into_iter();
        let keyed = |share: Share| match share.thing()? {
            Thing::WantList(id) => Some((ListShareKey(id), share)),
            Thing::Binder(_) => None,
        };
        Ok(shares.filter_map(keyed).collect())
    }
}

/// What a binder comes to for others. Only a link leads to such a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ShownKey {
    owner: UserId,
    binder: BinderId,
}

impl ShownKey {
    /// Of what is shared; nothing of a list.
    pub fn of(shared: &Shared) -> Option<Self> {
        match shared.thing()? {
            Thing::Binder(binder) => Some(Self { owner: shared.owner, binder }),
            Thing::WantList(_) => None,
        }
    }
}

impl Loader<ShownKey> for Reader {
    type Value = inventory::Shown;
    type Error = Error;

    async fn load(&self, keys: &[ShownKey]) -> Result<HashMap<ShownKey, inventory::Shown>> {
        // A request has one link, as good as always.
        let mut found = HashMap::with_capacity(keys.len());
        for key in keys {
            found.insert(*key, shown(&self.0, key.owner, key.binder).await?);
        }
        Ok(found)
    }
}
