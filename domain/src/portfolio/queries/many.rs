//! The same of several users, in one statement.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Moved, Priced, begin, moved, over_lots};
use crate::UserId;

/// What somebody's lots are worth that have a price, in hundredths.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(in super::super) struct Whole {
    #[diesel(sql_type = Integer)]
    pub user_id: UserId,
    #[diesel(sql_type = BigInt)]
    pub value: i64,
    #[diesel(sql_type = Bool)]
    pub fresh: bool,
}

/// Those without any price are left out.
pub(in super::super) async fn worth(conn: &mut AsyncPgConnection, of: &Priced) -> QueryResult<Vec<Whole>> {
    let text = over_lots!(
        "i.user_id = ANY ($1)",
        "SELECT user_id, round(sum(quantity * amount * factor))::int8 AS value, bool_or(fresh) AS fresh
         FROM lots WHERE amount IS NOT NULL AND (fresh OR $9) GROUP BY user_id"
    );
    begin(text, of).load(conn).await
}

/// Those to whom prices did nothing are left out.
pub(in super::super) async fn moved_since(
    conn: &mut AsyncPgConnection,
    of: &Priced,
    since: DateTime<Utc>,
) -> QueryResult<Vec<Moved>> {
    begin(moved!("i.user_id = ANY ($1)"), of).bind::<Timestamptz, _>(since).load(conn).await
}
