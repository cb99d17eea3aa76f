//! What the collections of several people are worth, for the platform's own work.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::model::Basis;
use super::ops::STALE;
use super::queries::{Priced, Whose, many};
use crate::{Result, UserId};

/// What somebody's collection is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    /// In hundredths, of what has a price.
    pub value: i64,
    /// Whether any of its prices was confirmed within a day.
    pub fresh: bool,
}

fn priced(users: &[UserId], basis: Basis, now: DateTime<Utc>) -> Result<Priced> {
    Ok(Priced {
        whose: Whose::Some(users.to_vec()),
        printings: None,
        basis: basis.check()?,
        fresh_since: now - STALE,
        today: now.date_naive(),
    })
}

/// What the collections of some users are worth; of those that have nothing with a price there is none.
pub(crate) async fn worth_of(
    conn: &mut AsyncPgConnection,
    users: &[UserId],
    basis: Basis,
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, Whole>> {
    let found = many::worth(conn, &priced(users, basis, now)?).await?;
    Ok(found.into_iter().map(|one| (one.user_id, Whole { value: one.value, fresh: one.fresh })).collect())
}

/// What prices did to the collections of some users since a moment, in hundredths: to the copies that are there
/// now. Of those to which they did nothing there is none.
pub(crate) async fn moved_of(
    conn: &mut AsyncPgConnection,
    users: &[UserId],
    basis: Basis,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, i64>> {
    let found = many::moved_since(conn, &priced(users, basis, now)?, since).await?;
    Ok(found.into_iter().map(|one| (one.user_id, one.minor)).collect())
}
