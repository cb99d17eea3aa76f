//! Typed ids. Inside they are numbers; outside they are short strings with the entity's tag in
//! them, so that a card's id is refused where a set's is wanted. They hide nothing: whether an
//! actor may see an object is decided in `ops`.

use std::sync::{Arc, LazyLock};

use moka::sync::Cache;
use sqids::Sqids;

/// Never to be changed: every id that was ever given out depends on it.
const ALPHABET: &str = "kqv3XyhZ4mFTbDNr7JgWc2ePfLsR9VwKzB6dCxHpYn8jMGtQ5S";

static SQIDS: LazyLock<Sqids> = LazyLock::new(|| {
    Sqids::builder()
        .alphabet(ALPHABET.chars().collect())
        .min_length(8)
        .build()
        .expect("the alphabet has no duplicates and enough letters")
});

/// An entity that has a public id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A card: the oracle identity.
    Card = 1,
    /// A printing: one card in one set.
    Printing = 2,
    /// A set.
    Set = 3,
    /// A user.
    User = 4,
    /// A login on one device.
    Session = 5,
    /// A key of a third-party program.
    ApiKey = 6,
    /// An account elsewhere that leads to an account here.
    Identity = 7,
    /// An article of the news.
    Article = 20,
    /// A tournament.
    Tournament = 21,
    /// Copies of a printing that somebody owns.
    Lot = 30,
    /// A place for such copies.
    Binder = 31,
    /// Something that somebody did to what they own.
    Change = 32,
    /// A file on its way into an inventory.
    Import = 33,
    /// Something that somebody wants to be told of.
    Alert = 40,
    /// What became of it.
    AlertEvent = 41,
    /// Something that somebody is told.
    Notification = 50,
    /// Cards that somebody looks for.
    WantList = 51,
    /// One of them.
    Want = 52,
    /// A search that somebody comes back to.
    SavedSearch = 53,
    /// A link to what somebody shows to others.
    Share = 54,
}

const ENTITIES: [Entity; 20] = [
    Entity::Card,
    Entity::Printing,
    Entity::Set,
    Entity::User,
    Entity::Session,
    Entity::ApiKey,
    Entity::Identity,
    Entity::Article,
    Entity::Tournament,
    Entity::Lot,
    Entity::Binder,
    Entity::Change,
    Entity::Import,
    Entity::Notification,
    Entity::WantList,
    Entity::Want,
    Entity::SavedSearch,
    Entity::Share,
    Entity::Alert,
    Entity::AlertEvent,
];

/// Making an id shuffles the alphabet again and again: that was a tenth of a list's time.
static MADE: LazyLock<Cache<(u8, i32), Arc<str>>> = LazyLock::new(|| Cache::new(REMEMBERED));
/// About twelve megabytes.
const REMEMBERED: u64 = 100_000;

pub(crate) fn encode(entity: Entity, id: i32) -> String {
    MADE.get_with((entity as u8, id), || make(entity, id).into()).as_ref().to_owned()
}

fn make(entity: Entity, id: i32) -> String {
    let numbers = [entity as u64, u64::from(id.unsigned_abs())];
    SQIDS.encode(&numbers).expect("two small numbers always encode")
}

/// The entity and number of a public id; `None` for anything that `encode` did not make.
pub fn decode(text: &str) -> Option<(Entity, i32)> {
    let [tag, id] = SQIDS.decode(text).try_into().ok()?;
    let entity = ENTITIES.into_iter().find(|e| *e as u64 == tag)?;
    let id = i32::try_from(id).ok()?;
    // Several strings decode to the same numbers; only the one we give out counts.
    (make(entity, id) == text).then_some((entity, id))
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, diesel_derive_newtype::DieselNewType,
        )]
        #[serde(transparent)]
        pub struct $name(pub i32);
    };
    ($(#[$doc:meta])* $name:ident, $entity:ident) => {
        id_type!($(#[$doc])* $name);

        impl $name {
            /// The id as the outside knows it.
            pub fn public(self) -> String {
                encode(Entity::$entity, self.0)
            }

            /// The id behind a public one; `None` if it is not one of this entity.
            pub fn from_public(text: &str) -> Option<Self> {
                decode(text).and_then(|(entity, id)| (entity == Entity::$entity).then_some(Self(id)))
            }
        }
    };
}

id_type!(
    /// A card: the oracle identity.
    CardId, Card
);
id_type!(
    /// A printing: one card in one set.
    PrintingId, Printing
);
id_type!(
    /// A set.
    SetId, Set
);
id_type!(
    /// A user.
    UserId, User
);
id_type!(
    /// A login on one device.
    SessionId, Session
);
id_type!(
    /// A key of a third-party program.
    ApiKeyId, ApiKey
);
id_type!(
    /// An account elsewhere that leads to an account here.
    IdentityId, Identity
);
id_type!(
    /// An article of the news.
    ArticleId, Article
);
id_type!(
    /// A tournament.
    TournamentId, Tournament
);
id_type!(
    /// Copies of a printing that somebody owns.
    LotId, Lot
);
id_type!(
    /// A place for such copies.
    BinderId, Binder
);
id_type!(
    /// Something that somebody did to what they own.
    ChangeId, Change
);
id_type!(
    /// A file on its way into an inventory.
    ImportId, Import
);
id_type!(
    /// Something that somebody is told.
    NotificationId, Notification
);
id_type!(
    /// Cards that somebody looks for.
    WantListId, WantList
);
id_type!(
    /// One of them.
    WantId, Want
);
id_type!(
    /// A search that somebody comes back to.
    SavedSearchId, SavedSearch
);
id_type!(
    /// A link to what somebody shows to others.
    ShareId, Share
);
id_type!(
    /// Something that somebody wants to be told of.
    AlertId, Alert
);
id_type!(
    /// What became of an alert.
    AlertEventId, AlertEvent
);
id_type!(
    /// One series of prices: printing, source, kind, finish, condition, currency.
    SeriesId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_entity() {
        let card = CardId(51_801).public();
        assert!(card.len() >= 8);
        assert_eq!(CardId::from_public(&card), Some(CardId(51_801)));
        assert_eq!(PrintingId::from_public(&card), None);
        assert_eq!(decode("nonsense!"), None);
    }

    /// Links that people keep must work for ever.
    #[test]
    fn ids_given_out_stay_valid() {
        assert_eq!(CardId(1).public(), "cxDjnT3Q");
    }
}
