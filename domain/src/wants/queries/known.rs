use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{cards as c, mtg_sets as s, printings as p};

use crate::{CardId, PrintingId, SetId};

/// A printing that a wish names.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = p)]
pub(in super::super) struct KnownPrinting {
    pub id: PrintingId,
    pub card_id: CardId,
    /// One bit each.
    pub finishes: i16,
}

/// Those of some cards that there are.
pub(in super::super) async fn cards(
    conn: &mut AsyncPgConnection,
    ids: &[CardId],
) -> QueryResult<Vec<CardId>> {
    c::table.filter(c::id.eq_any(ids)).select(c::id).load(conn).await
}

/// Those of some sets that there are.
pub(in super::super) async fn sets(conn: &mut AsyncPgConnection, ids: &[SetId]) -> QueryResult<Vec<SetId>> {
    s::table.filter(s::id.eq_any(ids)).select(s::id).load(conn).await
}

/// The sets of some printings.
pub(in super::super) async fn sets_of(
    conn: &mut AsyncPgConnection,
    ids: &[PrintingId],
) -> QueryResult<Vec<(PrintingId, SetId)>> {
    p::table.filter(p::id.eq_any(ids)).select((p::id, p::set_id)).load(conn).await
}

/// Those of some printings that there are.
pub(in super::super) async fn printings(
    conn: &mut AsyncPgConnection,
    ids: &[PrintingId],
) -> QueryResult<Vec<KnownPrinting>> {
    let there = p::id.eq_any(ids).and(p::removed_at.is_null());
    KnownPrinting::query().filter(there).load(conn).await
}
