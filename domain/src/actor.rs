//! On whose behalf an operation runs, and what that lets it do.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ApiKeyId, Error, Result, SessionId, UserId};

/// On whose behalf an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody in particular: public reads.
    Anonymous,
    /// A person who is logged in.
    User(SignedIn),
    /// A program with a key of a user's.
    ApiKey(KeyHolder),
    /// The platform itself: a job, an import, an operator's command.
    Service,
}

/// A person who is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who.
    pub id: UserId,
    /// By which login.
    pub session: SessionId,
    /// What else than a user.
    pub roles: Roles,
    /// What was paid for.
    pub tier: Tier,
    /// Of the rights: a later change makes a larger number.
    pub version: i32,
}

/// A program with a key of a user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyHolder {
    /// The key.
    pub key: ApiKeyId,
    /// Whose it is.
    pub owner: UserId,
    /// What it may do.
    pub scopes: Scopes,
    /// Its owner's.
    pub tier: Tier,
    /// Of the owner's rights.
    pub version: i32,
}

/// What somebody is besides a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum Role {
    /// Keeps order among users.
    Moderator = 1,
    /// Runs the platform.
    Admin = 2,
}

/// Who may do what is open to partners: whose tier says so, and who runs the platform.
pub(crate) fn is_partner(tier: Tier, roles: Roles) -> bool {
    tier == Tier::Partner || roles.has(Role::Admin)
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum Scope {
    /// Read what is public. Every key may.
    ReadCatalogue = 1,
    /// Read what belongs to the key's owner.
    ReadOwn = 2,
    /// Change what belongs to the key's owner, but not the account itself.
    WriteOwn = 4,
    /// Do what is open to partners.
    Partner = 8,
}

/// What was paid for: how much the limits allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum Tier {
    /// The free account.
    User = 1,
    /// A paid account.
    Premium = 2,
    /// A store.
    Store = 3,
    /// A partner.
    Partner = 4,
}

impl Tier {
    pub(crate) fn of(number: i16) -> Self {
        [Self::Premium, Self::Store, Self::Partner]
            .into_iter()
            .find(|tier| *tier as i16 == number)
            .unwrap_or(Self::User)
    }
}

macro_rules! set_of {
    ($(#[$doc:meta])* $name:ident, $of:ident, $all:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i16);

        impl $name {
            /// Whether it is in the set.
            pub fn has(self, one: $of) -> bool {
                self.0 & one as i16 != 0
            }

            /// The set with one less.
            pub fn without(self, one: $of) -> Self {
                Self(self.0 & !(one as i16))
            }

            /// The set with one more.
            pub fn with(self, one: $of) -> Self {
                Self(self.0 | one as i16)
            }

            /// All that are in the set.
            pub fn list(self) -> Vec<$of> {
                $all.into_iter().filter(|one| self.has(*one)).collect()
            }
        }

        impl FromIterator<$of> for $name {
            fn from_iter<I: IntoIterator<Item = $of>>(all: I) -> Self {
                all.into_iter().fold(Self::default(), Self::with)
            }
        }
    };
}

set_of!(
    /// A set of roles.
    Roles, Role, [Role::Moderator, Role::Admin]
);
set_of!(
    /// A set of scopes.
    Scopes, Scope, [Scope::ReadCatalogue, Scope::ReadOwn, Scope::WriteOwn, Scope::Partner]
);

/// Where an operation came from, for the log of security events and against guessing.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The caller's address.
    pub address: IpAddr,
    /// What the caller's program says it is.
    pub agent: String,
    /// Under which the logs know the request.
    pub request_id: Arc<str>,
    /// What a browser shows in which somebody has logged in before.
    pub device: Option<DeviceToken>,
}

/// The secret of a browser in which somebody has logged in before. No log shows it.
#[derive(Clone)]
pub struct DeviceToken(pub String);

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(a known device)")
    }
}

impl Origin {
    /// The network of the address, which says where from without saying who: /24 or /48.
    pub fn network(&self) -> String {
        match self.address {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
        }
    }
}

/// The one place that says who may do what in general; whose an object is, the operations say.
impl Actor {
    /// A person who is logged in: for what concerns the account itself, which no key may touch.
    pub fn signed_in(&self) -> Result<SignedIn> {
        match self {
            Self::User(user) => Ok(*user),
            Self::Anonymous => Err(Error::Unauthenticated),
            Self::ApiKey(_) | Self::Service => Err(Error::Forbidden("this needs a login, not a key")),
        }
    }

    /// The user whose things may be read.
    pub fn reader(&self) -> Result<UserId> {
        self.owner(Scope::ReadOwn, "the API key has no scope READ_OWN")
    }

    /// The user whose things may be changed.
    pub fn writer(&self) -> Result<UserId> {
        self.owner(Scope::WriteOwn, "the API key has no scope WRITE_OWN")
    }

    fn owner(&self, needed: Scope, missing: &'static str) -> Result<UserId> {
        match self {
            Self::User(user) => Ok(user.id),
            Self::ApiKey(key) if key.scopes.has(needed) => Ok(key.owner),
            Self::ApiKey(_) => Err(Error::Forbidden(missing)),
            Self::Anonymous => Err(Error::Unauthenticated),
            Self::Service => Err(Error::Forbidden("the platform itself owns nothing")),
        }
    }

    /// A person with a role. Keys have none, whoever owns them.
    pub fn require_role(&self, role: Role) -> Result<SignedIn> {
        let user = self.signed_in()?;
        let enough = user.roles.has(role) || user.roles.has(Role::Admin);
        enough.then_some(user).ok_or(Error::Forbidden("this is for people with a role that you do not have"))
    }

    /// Those who run the platform: an admin in person, or the platform itself.
    pub fn require_operator(&self) -> Result<()> {
        match self {
            Self::Service => Ok(()),
            Self::Anonymous | Self::User(_) | Self::ApiKey(_) => self.require_role(Role::Admin).map(drop),
        }
    }

    /// Refuses everybody but the platform itself.
    pub fn require_service(&self) -> Result<()> {
        match self {
            Self::Service => Ok(()),
            Self::Anonymous | Self::User(_) | Self::ApiKey(_) => Err(Error::NotFound("operation")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_lists_what_was_put_in() {
        let scopes: Scopes = [Scope::WriteOwn, Scope::ReadCatalogue].into_iter().collect();
        assert_eq!(scopes.list(), [Scope::ReadCatalogue, Scope::WriteOwn]);
        assert!(!scopes.has(Scope::Partner));
        assert_eq!(scopes.without(Scope::WriteOwn).list(), [Scope::ReadCatalogue]);
    }

    #[test]
    fn a_network_names_nobody() {
        let of = |address: &str| {
            let address = address.parse().unwrap();
            Origin { address, agent: String::new(), request_id: "".into(), device: None }.network()
        };
        assert_eq!(of("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("2001:db8:1:2::3"), "2001:db8:1::/48");
    }
}
