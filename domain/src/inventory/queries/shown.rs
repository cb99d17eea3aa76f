use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use diesel_async::AsyncPgConnection;

use crate::search::{self, Outcome, Sql};
use crate::{BinderId, UserId};

/// What others see of a binder in all.
#[derive(Clone, Debug, Default, QueryableByName)]
pub(crate) struct Shown {
    /// Lots.
    #[diesel(sql_type = BigInt)]
    pub lots: i64,
    /// Copies in them.
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    /// What they come to in US dollars, in hundredths.
    #[diesel(sql_type = BigInt)]
    pub usd: i64,
    /// Copies without a price in US dollars.
    #[diesel(sql_type = BigInt)]
    pub without_usd: i64,
    /// What they come to in euros, in hundredths.
    #[diesel(sql_type = BigInt)]
    pub eur: i64,
    /// Copies without a price in euros.
    #[diesel(sql_type = BigInt)]
    pub without_eur: i64,
    /// When some of it last came or went.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub changed_at: Option<DateTime<Utc>>,
}

pub(in super::super) async fn totals(
    conn: &mut AsyncPgConnection,
    owner: UserId,
    binder: BinderId,
) -> QueryResult<Outcome<Shown>> {
    let mut sql = Sql::default();
    sql.push(
        "SELECT count(*) FILTER (WHERE quantity > 0) AS lots, coalesce(sum(quantity), 0)::bigint AS copies, \
             coalesce(sum(quantity * usd), 0)::bigint AS usd, \
             coalesce(sum(quantity) FILTER (WHERE usd IS NULL), 0)::bigint AS without_usd, \
             coalesce(sum(quantity * eur), 0)::bigint AS eur, \
             coalesce(sum(quantity) FILTER (WHERE eur IS NULL), 0)::bigint AS without_eur, \
             max(changed_at) AS changed_at \
         FROM (SELECT i.quantity, i.changed_at, ",
    );
    sql.push(search::USD).push(" AS usd, ").push(search::EUR).push(
        " AS eur FROM inventory_items i LEFT JOIN reference_prices r ON r.printing_id = i.printing_id \
         WHERE NOT i.hidden AND i.user_id = ",
    );
    sql.integer(owner.0).push(" AND i.binder_id = ").integer(binder.0).push(") t");
    search::rows(conn, sql, false).await
}
