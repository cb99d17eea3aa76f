use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;

use crate::{Actor, Scope};

/// Addresses of one site: a provider gives a household or a machine as many as fit in this.
const IPV6_SITE: u32 = 64;

/// A class of callers. What each may spend is in the table `rate_tiers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Whoever did not log in.
    Anonymous,
    /// A person with an account.
    User,
    /// A person who pays.
    Premium,
    /// A store.
    Store,
    /// A program of a partner.
    Partner,
}

impl Tier {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Anonymous, Self::User, Self::Premium, Self::Store, Self::Partner];

    /// As the table and the world know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User => "user",
            Self::Premium => "premium",
            Self::Store => "store",
            Self::Partner => "partner",
        }
    }
}

impl From<crate::Tier> for Tier {
    fn from(paid: crate::Tier) -> Self {
        match paid {
            crate::Tier::User => Self::User,
            crate::Tier::Premium => Self::Premium,
            crate::Tier::Store => Self::Store,
            crate::Tier::Partner => Self::Partner,
        }
    }
}

/// What a tier may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Points of a full budget.
    pub burst: u32,
    /// Points that come back each second.
    pub per_second: u32,
    /// Sockets open at the same time on one process.
    pub sockets: u32,
}

impl Rate {
    /// Of everybody until the table was read, as when Postgres is away at the start: what the table
    /// gives to strangers.
    pub const STRICT: Self = Self { burst: 10_000, per_second: 200, sockets: 50 };
}

/// A row of the table.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tables::rate_tiers)]
pub(super) struct TierRow {
    pub(super) tier: String,
    burst: i32,
    per_second: i32,
    sockets: i32,
}

impl TierRow {
    pub(super) fn rate(&self) -> Rate {
        // The table holds no negative numbers; one point is the least that can be said otherwise.
        let positive = |n: i32| u32::try_from(n).unwrap_or(1);
        Rate {
            burst: positive(self.burst),
            per_second: positive(self.per_second),
            sockets: positive(self.sockets),
        }
    }
}

/// Whose budget a request is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// The budget's name.
    pub bucket: String,
    /// Decides how large it is.
    pub tier: Tier,
}

impl Payer {
    /// Whoever did not say who they are pays from the budget of their address. The platform itself does
    /// not call over the network, so such a call is a stranger's.
    pub fn of(actor: &Actor, address: IpAddr) -> Self {
        match actor {
            Actor::Anonymous | Actor::Service => {
                Self { bucket: address_bucket(address), tier: Tier::Anonymous }
            }
            Actor::User(user) => Self { bucket: format!("user:{}", user.id.0), tier: user.tier.into() },
            // A key has a budget of its own, so that a program does not spend what its owner needs.
            Actor::ApiKey(key) => {
                let partners = key.tier == crate::Tier::Partner && !key.scopes.has(Scope::Partner);
                let tier = if partners { Tier::User } else { key.tier.into() };
                Self { bucket: format!("key:{}", key.key.0), tier }
            }
        }
    }
}

/// The budget of an address: in IPv6 of the whole site, because its owner may use any address of it.
pub fn address_bucket(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => format!("ip:{v4}"),
        IpAddr::V6(v6) => {
            let site = v6.to_bits() >> (128 - IPV6_SITE) << (128 - IPV6_SITE);
            format!("ip:{}/{IPV6_SITE}", std::net::Ipv6Addr::from_bits(site))
        }
    }
}

/// What a request is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A query or a subscription.
    Read,
    /// A mutation.
    Write,
}

/// A budget after something was taken from it, or was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its class.
    pub tier: Tier,
    /// Its size.
    pub rate: Rate,
    /// Points that are left.
    pub available: u64,
    /// Time until it is full again.
    pub full_in: Duration,
}

/// Why a request may not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The budget does not hold the price; after the time it will.
    Exhausted(Budget, Duration),
    /// Nobody can say what the budget holds, and the request is not one that may run all the same.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_of_one_site_share_a_budget() {
        let bucket = |address: &str| Payer::of(&Actor::Anonymous, address.parse().unwrap()).bucket;
        assert_eq!(bucket("203.0.113.9"), "ip:203.0.113.9");
        assert_eq!(bucket("2001:db8:1:2:3:4:5:6"), "ip:2001:db8:1:2::/64");
        assert_eq!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:3::1"));
    }
}
