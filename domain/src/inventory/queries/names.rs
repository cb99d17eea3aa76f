//! What lots are of.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::printings as p;
use uuid::Uuid;

use crate::PrintingId;
use crate::fixed::fixed;

/// The finishes that printings exist in, one bit each.
pub(in super::super) async fn finishes(
    conn: &mut AsyncPgConnection,
    ids: &[PrintingId],
) -> QueryResult<Vec<(PrintingId, i16)>> {
    p::table.filter(p::id.eq_any(ids)).select((p::id, p::finishes)).load(conn).await
}

/// What a printing is called, here and elsewhere.
#[derive(QueryableByName)]
pub(in super::super) struct PrintingNames {
    #[diesel(sql_type = Integer)]
    pub id: PrintingId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub scryfall_id: Uuid,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub oracle_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Text)]
    pub set_name: String,
    #[diesel(sql_type = Text)]
    pub collector_number: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub tcgplayer_id: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub tcgplayer_etched_id: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub cardmarket_id: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub mtgo_id: Option<i32>,
}

pub(in super::super) async fn printing_names(
    conn: &mut AsyncPgConnection,
    ids: &[PrintingId],
) -> QueryResult<Vec<PrintingNames>> {
    fixed(
        "SELECT p.id, p.scryfall_id, c.oracle_id, c.name, s.code, s.name AS set_name, p.collector_number, \
             p.tcgplayer_id, p.tcgplayer_etched_id, p.cardmarket_id, p.mtgo_id \
         FROM printings p JOIN cards c ON c.id = p.card_id JOIN mtg_sets s ON s.id = p.set_id WHERE p.id = ANY ($1)",
    )
    .bind::<Array<Integer>, _>(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .load(conn)
    .await
}
