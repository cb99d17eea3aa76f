use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::model::{Ledger, RedisFacts, SourceStanding, Standing};
use super::queries;
use crate::sources::{self, Service};
use crate::{Actor, App, Ctx, Error, Result, db, replica};

/// A reading serves everybody for so long, so that asking again and again costs the stores nothing.
const FRESH: Duration = Duration::from_secs(3);
/// A store that does not answer in this time is away.
const PATIENCE: Duration = Duration::from_secs(2);

/// The last reading, with its age. Whoever comes while one is made waits for it.
#[derive(Default)]
pub(crate) struct Watched(Mutex<Option<(Instant, Arc<Standing>)>>);

/// How everything stands, a few seconds old at most; for admins.
pub async fn standing(ctx: &Ctx) -> Result<Arc<Standing>> {
    ctx.require_operator()?;
    Ok(read(ctx.app()).await)
}

/// What `/metrics` says.
pub async fn exposition(app: &Arc<App>) -> Result<String> {
    let standing = read(app).await;
    app.metrics.render(&standing).map_err(Error::internal)
}

async fn read(app: &Arc<App>) -> Arc<Standing> {
    let mut last = app.watched.0.lock().await;
    if let Some((_, standing)) = last.as_ref().filter(|(taken, _)| taken.elapsed() < FRESH) {
        return standing.clone();
    }
    let ctx = Ctx::new(app.clone(), Actor::Service);
    let (ledger, redis) = tokio::join!(timeout(PATIENCE, ledger(&ctx)), timeout(PATIENCE, redis(app)));
    let ledger = match ledger {
        Ok(Ok(ledger)) => Some(ledger),
        Ok(Err(error)) => {
            tracing::warn!(?error, "the database does not say how it stands");
            None
        }
        Err(_) => {
            tracing::warn!("the database does not say in time how it stands");
            None
        }
    };
    let standing = Arc::new(Standing {
        taken_at: ctx.now(),
        ledger,
        redis: redis.ok().flatten(),
        events: app.hub.connected(),
        limits: app.limiter.is_up(),
        pool: app.pool(),
        replica: replica::state(app),
    });
    *last = Some((Instant::now(), standing.clone()));
    standing
}

async fn ledger(ctx: &Ctx) -> Result<Ledger> {
    look(&mut *ctx.conn().await?, ctx.now()).await
}

/// What a database says, without a process around it: for the doctor.
pub async fn ledger_at(database_url: &str) -> Result<Ledger> {
    let pool = db::pool(database_url, 1);
    let mut conn = pool.get().await.map_err(|_| Error::Unavailable("the database"))?;
    #[expect(clippy::disallowed_methods, reason = "the doctor has no operation to take the time from")]
    let now = Utc::now();
    look(&mut conn, now).await
}

async fn look(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<Ledger> {
    let facts = queries::facts(conn).await?;
    let pending = db::missing(conn).await?;
    let mut ledger = Ledger {
        taken_at: now,
        facts,
        pending,
        jobs: Vec::new(),
        outbox: Default::default(),
        sources: Vec::new(),
    };
    if pending > 0 {
        return Ok(ledger);
    }
    for depth in queries::depths(conn, now).await? {
        match &depth.kind {
            Some(_) => ledger.jobs.push(depth),
            None => ledger.outbox = depth,
        }
    }
    let mut known = sources::all(conn).await?;
    let standing = |service: Service| {
        let at = known.iter().position(|state| state.service() == Some(service));
        SourceStanding { service, known: at.map(|at| known.swap_remove(at)), taken_at: now }
    };
    ledger.sources = Service::ALL.into_iter().map(standing).collect();
    Ok(ledger)
}

async fn redis(app: &App) -> Option<RedisFacts> {
    let mut connection = app.hub.redis().await.ok()?;
    let info: redis::RedisResult<String> = redis::cmd("INFO").query_async(&mut connection).await;
    match info {
        Ok(info) => Some(RedisFacts::of(&info)),
        Err(error) => {
            tracing::warn!(%error, "Redis does not say how it stands");
            None
        }
    }
}
