use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz};

use crate::{BinderId, ShareId, UserId, WantListId};

/// What can be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A place for copies.
    Binder(BinderId),
    /// A list of what is looked for.
    WantList(WantListId),
}

impl Thing {
    /// Of the two columns that hold it.
    fn of(binder: Option<BinderId>, list: Option<WantListId>) -> Option<Self> {
        binder.map(Self::Binder).or(list.map(Self::WantList))
    }

    pub(super) fn columns(self) -> (Option<BinderId>, Option<WantListId>) {
        match self {
            Self::Binder(id) => (Some(id), None),
            Self::WantList(id) => (None, Some(id)),
        }
    }
}

/// A link to what somebody shows, for its owner. Whoever has the token sees it, so there is no `Debug` by which
/// it could get into a log.
#[derive(Clone, PartialEq, Eq, QueryableByName)]
pub struct Share {
    /// Which.
    #[diesel(sql_type = Integer)]
    pub id: ShareId,
    #[diesel(sql_type = Nullable<Integer>)]
    binder_id: Option<BinderId>,
    #[diesel(sql_type = Nullable<Integer>)]
    want_list_id: Option<WantListId>,
    /// What its owner calls what is shown.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// What the link ends in.
    #[diesel(sql_type = Text)]
    pub token: String,
    /// Whether prices are shown.
    #[diesel(sql_type = Bool)]
    pub shows_prices: bool,
    /// Since when.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

impl Share {
    /// What is shown.
    pub fn thing(&self) -> Option<Thing> {
        Thing::of(self.binder_id, self.want_list_id)
    }
}

/// What is shown, for whoever has the link.
#[derive(Clone, Debug, QueryableByName)]
pub struct Shared {
    #[diesel(sql_type = Integer)]
    pub(super) owner: UserId,
    #[diesel(sql_type = Nullable<Integer>)]
    binder_id: Option<BinderId>,
    #[diesel(sql_type = Nullable<Integer>)]
    want_list_id: Option<WantListId>,
    /// What its owner calls it.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The name of its owner that others see.
    #[diesel(sql_type = Text)]
    pub owner_name: String,
    /// Whether prices are shown.
    #[diesel(sql_type = Bool)]
    pub shows_prices: bool,
    /// When it was made, or, of a list, last changed.
    #[diesel(sql_type = Timestamptz)]
    pub(super) changed_at: DateTime<Utc>,
}

impl Shared {
    /// What is shown.
    pub fn thing(&self) -> Option<Thing> {
        Thing::of(self.binder_id, self.want_list_id)
    }
}
