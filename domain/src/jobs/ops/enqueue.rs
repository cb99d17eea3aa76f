use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::Value;

use super::super::model::{Enqueued, Job, JobId};
use super::super::queries::enqueue::{self as queries, Form};
use super::super::queries::{tell, wake};
use crate::{Ctx, Error, Result};

/// Jobs that one statement inserts.
const BATCH: usize = 1_000;

/// Has a job done, once the transaction of its reason is committed. Refused with `QUEUE_FULL` when too
/// many of the kind wait.
pub async fn enqueue<J: Job>(ctx: &Ctx, conn: &mut AsyncPgConnection, job: &J) -> Result<Enqueued> {
    enqueue_at(ctx, conn, job, ctx.now()).await
}

/// The same, not before a moment.
pub async fn enqueue_at<J: Job>(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    job: &J,
    run_at: DateTime<Utc>,
) -> Result<Enqueued> {
    let payload = serde_json::to_value(job).map_err(Error::internal)?;
    let form = form::<J>(ctx, run_at);
    insert_one(ctx, conn, &form, (payload, job.unique_key()), J::CAPACITY).await
}

/// The same in the transaction of an import, whose connection is its own. Capacity is not asked for: there
/// are few such jobs an import, and imports go one after the other.
pub(crate) async fn enqueue_beside<J: Job>(
    ctx: &Ctx,
    client: &tokio_postgres::Client,
    job: &J,
    run_at: DateTime<Utc>,
) -> Result<()> {
    let payload = serde_json::to_value(job).map_err(Error::internal)?;
    queries::insert_beside(client, &form::<J>(ctx, run_at), &payload, job.unique_key()).await?;
    Ok(())
}

/// Many jobs at once. Returns those that are new.
pub async fn enqueue_all<J: Job>(ctx: &Ctx, conn: &mut AsyncPgConnection, jobs: &[J]) -> Result<Vec<JobId>> {
    let form = form::<J>(ctx, ctx.now());
    let mut all = Vec::with_capacity(jobs.len());
    for part in jobs.chunks(BATCH) {
        let payloads = part.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
        let keys = part.iter().map(Job::unique_key).collect();
        let (lane, more) = ((form.kind, form.lane), part.len());
        ctx.app().backlog.admit(conn, ctx.now(), lane, more, J::CAPACITY).await?;
        let new = queries::insert(conn, &form, payloads.map_err(Error::internal)?, keys).await?;
        tell(conn, &new).await?;
        all.extend(new);
    }
    wake(conn).await?;
    Ok(all)
}

/// Whether the same work waits or is being done.
pub async fn is_at_work<J: Job>(conn: &mut AsyncPgConnection, job: &J) -> Result<bool> {
    match job.unique_key() {
        Some(key) => Ok(queries::working(conn, J::KIND, &key).await?.is_some()),
        None => Ok(false),
    }
}

/// Whether a job of a kind waits whose time has come: it will see all that one sees that runs now.
pub async fn another_waits<J: Job>(ctx: &Ctx) -> Result<bool> {
    Ok(queries::another_waits(&mut *ctx.conn().await?, J::KIND, ctx.renewed().now()).await?)
}

/// Has a job done that belongs to no other change.
pub async fn submit<J: Job>(ctx: &Ctx, job: &J) -> Result<Enqueued> {
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| enqueue(ctx, conn, job).await).await
}

/// The same for many.
pub async fn submit_all<J: Job>(ctx: &Ctx, jobs: &[J]) -> Result<Vec<JobId>> {
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| enqueue_all(ctx, conn, jobs).await).await
}

fn form<J: Job>(ctx: &Ctx, run_at: DateTime<Utc>) -> Form<'static> {
    Form {
        kind: J::KIND,
        lane: J::LANE.name,
        priority: J::PRIORITY as i16,
        max_attempts: J::MAX_ATTEMPTS.into(),
        run_at,
        now: ctx.now(),
    }
}

/// Inserts a job of whatever kind, or finds the one that does the same work.
pub(super) async fn insert_one(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    form: &Form<'_>,
    (payload, key): (Value, Option<String>),
    capacity: usize,
) -> Result<Enqueued> {
    if let Some(key) = &key
        && let Some(id) = queries::working(conn, form.kind, key).await?
    {
        return Ok(Enqueued::Coalesced(id));
    }
    ctx.app().backlog.admit(conn, ctx.now(), (form.kind, form.lane), 1, capacity).await?;
    // The one that did the same work may end between the two looks: then there is room for ours.
    for _ in 0..3 {
        let new = queries::insert(conn, form, vec![payload.clone()], vec![key.clone()]).await?;
        if let Some(id) = new.first().copied() {
            tell(conn, &new).await?;
            wake(conn).await?;
            return Ok(Enqueued::New(id));
        }
        let Some(key) = &key else { break };
        if let Some(id) = queries::working(conn, form.kind, key).await? {
            return Ok(Enqueued::Coalesced(id));
        }
    }
    Err(Error::internal(anyhow::anyhow!("a job of the kind {} was neither new nor there", form.kind)))
}
