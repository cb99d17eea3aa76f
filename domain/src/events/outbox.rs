use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use tables::outbox as o;

use crate::Ctx;
use crate::fixed::fixed;

/// An event that nobody carried away for so long is none any more: whoever listens was reset long ago.
const KEEP: TimeDelta = TimeDelta::days(1);

/// Tells the world, once the transaction is committed.
pub(crate) async fn insert<E: Serialize + Sync>(
    conn: &mut AsyncPgConnection,
    kind: &str,
    event: &E,
) -> QueryResult<usize> {
    let payload = serde_json::to_value(event)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    diesel::insert_into(o::table).values((o::kind.eq(kind), o::payload.eq(payload))).execute(conn).await?;
    fixed("SELECT pg_notify('outbox', '')").execute(conn).await
}

/// The same, of several.
pub(crate) async fn insert_all<E: Serialize + Sync>(
    conn: &mut AsyncPgConnection,
    kind: &str,
    events: &[E],
) -> QueryResult<usize> {
    let payload = |event| serde_json::to_value(event);
    let payloads: Vec<_> = events
        .iter()
        .map(payload)
        .collect::<Result<_, _>>()
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    if payloads.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> =
        payloads.into_iter().map(|payload| (o::kind.eq(kind), o::payload.eq(payload))).collect();
    diesel::insert_into(o::table).values(rows).execute(conn).await?;
    fixed("SELECT pg_notify('outbox', '')").execute(conn).await
}

/// Deletes events that wait since yesterday. Returns how many.
pub async fn sweep(ctx: &Ctx) -> crate::Result<usize> {
    ctx.require_service()?;
    let old = o::table.filter(o::created_at.lt(ctx.now() - KEEP));
    Ok(diesel::delete(old).execute(&mut *ctx.conn().await?).await?)
}
