use std::marker::PhantomData;

use crate::alerts::AlertsFired;
use crate::imports::ImportChanged;
use crate::inventory::InventoryChanged;
use crate::jobs::JobsChanged;
use crate::notifications::NotificationsChanged;
use crate::prices::{Currency, PricesChanged};
use crate::saved::SavedSearchesChanged;
use crate::wants::WantsChanged;
use crate::{CardId, UserId};

/// A channel and what travels on it. The constructors below are the only channel names.
pub struct Topic<E> {
    pub(super) channel: String,
    event: PhantomData<fn() -> E>,
}

impl<E> Topic<E> {
    fn new(channel: String) -> Self {
        Self { channel, event: PhantomData }
    }
}

/// Changed prices of any printing of a card.
pub fn card(card: CardId) -> Topic<PricesChanged> {
    Topic::new(format!("card:{}", card.0))
}

/// Changed prices of the whole market in one currency.
pub fn market(currency: Currency) -> Topic<PricesChanged> {
    Topic::new(format!("market:{}", currency.code()))
}

/// What somebody owns; for them alone.
pub fn inventory(user: UserId) -> Topic<InventoryChanged> {
    Topic::new(format!("inventory:{}", user.0))
}

/// What fires of somebody's alerts; for them alone.
pub fn alerts(user: UserId) -> Topic<AlertsFired> {
    Topic::new(format!("alerts:{}", user.0))
}

/// Somebody's imports; for them alone.
pub fn imports(user: UserId) -> Topic<ImportChanged> {
    Topic::new(format!("imports:{}", user.0))
}

/// What somebody is told; for them alone.
pub fn notifications(user: UserId) -> Topic<NotificationsChanged> {
    Topic::new(format!("notifications:{}", user.0))
}

/// What somebody looks for; for them alone.
pub fn wants(user: UserId) -> Topic<WantsChanged> {
    Topic::new(format!("wants:{}", user.0))
}

/// Somebody's saved searches; for them alone.
pub fn saved_searches(user: UserId) -> Topic<SavedSearchesChanged> {
    Topic::new(format!("saved_searches:{}", user.0))
}

/// Jobs of the background work; for admins.
pub fn jobs() -> Topic<JobsChanged> {
    Topic::new("jobs".to_owned())
}
