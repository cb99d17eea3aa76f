use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::held;
use crate::fixed::fixed;
use crate::{UserId, WantId, WantListId};

/// What others see of a list in all.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct Shown {
    /// Wants.
    #[diesel(sql_type = BigInt)]
    pub wants: i64,
    /// Copies that are wanted.
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    /// Of these, copies that its owner does not have, or hides.
    #[diesel(sql_type = BigInt)]
    pub missing: i64,
}

/// What a list comes to for others, who must not learn from it what its owner hides.
pub(in super::super) async fn totals(
    conn: &mut AsyncPgConnection,
    owner: UserId,
    list: WantListId,
) -> QueryResult<Shown> {
    fixed(concat!(
        "SELECT count(*) AS wants, coalesce(sum(w.quantity), 0)::bigint AS copies, \
             coalesce(sum(greatest(w.quantity - coalesce(h.copies, 0), 0)), 0)::bigint AS missing \
         FROM wants w CROSS JOIN LATERAL (",
        held!(),
        " AND NOT i.hidden) h WHERE w.user_id = $1 AND w.list_id = $2"
    ))
    .bind::<Integer, _>(owner)
    .bind::<Integer, _>(list)
    .get_result(conn)
    .await
}

#[derive(QueryableByName)]
struct Missing {
    #[diesel(sql_type = Integer)]
    id: WantId,
    #[diesel(sql_type = BigInt)]
    copies: i64,
}

/// Copies that the owner of some wants does not have, or hides.
pub(in super::super) async fn missing(
    conn: &mut AsyncPgConnection,
    owner: UserId,
    ids: &[WantId],
) -> QueryResult<Vec<(WantId, i64)>> {
    let found: Vec<Missing> = fixed(concat!(
        "SELECT w.id, greatest(w.quantity - coalesce(h.copies, 0), 0)::bigint AS copies \
         FROM wants w CROSS JOIN LATERAL (",
        held!(),
        " AND NOT i.hidden) h WHERE w.user_id = $1 AND w.id = ANY ($2)"
    ))
    .bind::<Integer, _>(owner)
    .bind::<Array<Integer>, _>(ids.to_vec())
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|one| (one.id, one.copies)).collect())
}
