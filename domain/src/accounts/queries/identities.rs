use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::identities as i;

use super::super::model::{Identity, Profile, Provider};
use crate::{IdentityId, UserId};

pub(in super::super) async fn of_user(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<Identity>> {
    Identity::query().filter(i::user_id.eq(user)).order(i::provider).load(conn).await
}

/// The account here that an account there leads to.
pub(in super::super) async fn find(
    conn: &mut AsyncPgConnection,
    provider: Provider,
    subject: &str,
) -> QueryResult<Option<Identity>> {
    let found = Identity::query().filter(i::provider.eq(provider as i16)).filter(i::subject.eq(subject));
    found.first(conn).await.optional()
}

/// Links; false when either side is linked already.
pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    user: UserId,
    profile: &Profile,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = (
        i::user_id.eq(user),
        i::provider.eq(profile.provider as i16),
        i::subject.eq(&profile.subject),
        i::email.eq(&profile.verified_email),
        i::name.eq(&profile.name),
        i::created_at.eq(now),
        i::last_used_at.eq(now),
    );
    let insert = diesel::insert_into(i::table).values(row).on_conflict_do_nothing();
    Ok(insert.execute(conn).await? == 1)
}

/// What the provider says of it today.
pub(in super::super) async fn note_use(
    conn: &mut AsyncPgConnection,
    id: IdentityId,
    profile: &Profile,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let today = (i::email.eq(&profile.verified_email), i::name.eq(&profile.name), i::last_used_at.eq(now));
    diesel::update(i::table.find(id)).set(today).execute(conn).await
}

/// Unlinks one of a user's; false when there is no such one.
pub(in super::super) async fn delete(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: IdentityId,
) -> QueryResult<bool> {
    let own = i::table.filter(i::id.eq(id)).filter(i::user_id.eq(user));
    Ok(diesel::delete(own).execute(conn).await? == 1)
}
