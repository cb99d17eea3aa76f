use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::model::{Binder, Lot, Movement};
use super::{ops, queries};
use crate::{BinderId, ChangeId, Error, LotId, Reader, Result};

/// Movements of a change that are shown.
const SHOWN: i64 = 100;

/// A binder of the viewer's, thrown away or not, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BinderKey(pub BinderId);

impl Loader<BinderKey> for Reader {
    type Value = Binder;
    type Error = Error;

    async fn load(&self, keys: &[BinderKey]) -> Result<HashMap<BinderKey, Binder>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let user = self.0.reader()?;
        let binders = queries::binders::binders_by_id(&mut *self.0.conn().await?, user, &ids).await?;
        Ok(binders.into_iter().map(|binder| (BinderKey(binder.id), binder)).collect())
    }
}

/// A lot of the viewer's by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LotKey(pub LotId);

impl Loader<LotKey> for Reader {
    type Value = Lot;
    type Error = Error;

    async fn load(&self, keys: &[LotKey]) -> Result<HashMap<LotKey, Lot>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let lots = ops::lots_by_id(&self.0, &ids).await?;
        Ok(lots.into_iter().map(|lot| (LotKey(lot.id), lot)).collect())
    }
}

/// Whether a change of the viewer's was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct UndoneKey(pub ChangeId);

impl Loader<UndoneKey> for Reader {
    type Value = bool;
    type Error = Error;

    async fn load(&self, keys: &[UndoneKey]) -> Result<HashMap<UndoneKey, bool>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let user = self.0.reader()?;
        let undone = queries::undone(&mut *self.0.conn().await?, user, &ids).await?;
        Ok(keys.iter().map(|key| (*key, undone.contains(&key.0))).collect())
    }
}

/// The first movements of a change of the viewer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct MovementsKey(pub ChangeId);

impl Loader<MovementsKey> for Reader {
    type Value = Vec<Movement>;
    type Error = Error;

    async fn load(&self, keys: &[MovementsKey]) -> Result<HashMap<MovementsKey, Vec<Movement>>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let user = self.0.reader()?;
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        let first = queries::first_movements(&mut *self.0.conn().await?, user, &ids, SHOWN).await?;
        for movement in first {
            found.entry(MovementsKey(movement.change_id)).or_default().push(movement);
        }
        Ok(found)
    }
}
