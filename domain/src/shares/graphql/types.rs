use async_graphql::{Enum, ID, Object};
use chrono::{DateTime, Utc};

use super::super::model::{Share, Thing};

/// What is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(super) enum ShareKind {
    /// A binder: copies that somebody has.
    Binder,
    /// A list of wants: cards that somebody looks for.
    WantList,
}

impl From<Thing> for ShareKind {
    fn from(thing: Thing) -> Self {
        match thing {
            Thing::Binder(_) => Self::Binder,
            Thing::WantList(_) => Self::WantList,
        }
    }
}

/// A link by which others see a binder or a list of wants of the viewer's. Whoever has it sees what
/// `SharedCollection` shows, without a login, until it is taken back.
#[Object]
impl Share {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// What is shared.
    async fn kind(&self) -> ShareKind {
        self.thing().map_or(ShareKind::Binder, ShareKind::from)
    }

    /// What its owner calls what is shared; others see this name, too.
    async fn name(&self) -> &str {
        &self.name
    }

    /// The binder's public id; null of a list.
    async fn binder_id(&self) -> Option<ID> {
        match self.thing()? {
            Thing::Binder(id) => Some(id.public().into()),
            Thing::WantList(_) => None,
        }
    }

    /// The list's public id; null of a binder.
    async fn want_list_id(&self) -> Option<ID> {
        match self.thing()? {
            Thing::WantList(id) => Some(id.public().into()),
            Thing::Binder(_) => None,
        }
    }

    /// What `shared` takes: 128 random bits. Give it to nobody who should not see what is shared.
    async fn token(&self) -> &str {
        &self.token
    }

    /// The page of it, below the address of this platform: `/shared/` and the token.
    async fn path(&self) -> String {
        format!("/shared/{}", self.token)
    }

    /// Whether prices are shown, and what a binder comes to.
    async fn shows_prices(&self) -> bool {
        self.shows_prices
    }

    /// Since when it is shared by this link.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }
}
