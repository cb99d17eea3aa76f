use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::rate_tiers;

use super::model::TierRow;

pub(super) async fn tiers(conn: &mut AsyncPgConnection) -> QueryResult<Vec<TierRow>> {
    rate_tiers::table.select(TierRow::as_select()).load(conn).await
}
