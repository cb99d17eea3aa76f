use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use super::model::{DataOrigin, LoadProgress, LoadState};
use super::queries;
use crate::{Ctx, Result};

const REPORT_EVERY: Duration = Duration::from_millis(500);
/// Loads that are not a file's are kept for so long.
const KEEP: TimeDelta = TimeDelta::days(90);

/// What this database is filled with.
pub async fn origin(ctx: &Ctx) -> Result<DataOrigin> {
    Ok(match queries::origin(&mut *ctx.conn().await?).await? {
        None => DataOrigin::Empty,
        Some(1) => DataOrigin::Demo,
        Some(_) => DataOrigin::Real,
    })
}

/// The latest loads, newest first.
pub async fn loads(ctx: &Ctx) -> Result<Vec<LoadProgress>> {
    Ok(queries::recent(&mut *ctx.conn().await?).await?)
}

/// Marks loads that a killed process left behind. Returns how many there were.
pub async fn abandon_loads(ctx: &Ctx) -> Result<usize> {
    ctx.require_service()?;
    let message = "interrupted; nothing of it was kept, it can be repeated";
    Ok(queries::abandon(&mut *ctx.conn().await?, message, ctx.now()).await?)
}

/// Forgets loads of long ago; what they loaded is not forgotten. Returns how many.
pub async fn forget_loads(ctx: &Ctx) -> Result<usize> {
    ctx.require_service()?;
    Ok(queries::forget(&mut *ctx.conn().await?, ctx.now() - KEEP).await?)
}

/// Whether a file with this content was loaded before.
pub(super) async fn was_loaded(ctx: &Ctx, fingerprint: Uuid) -> Result<bool> {
    Ok(queries::was_loaded(&mut *ctx.conn().await?, fingerprint).await?)
}

/// A load that people can watch.
pub struct Load {
    ctx: Ctx,
    id: i32,
}

impl Load {
    /// Announces it.
    pub async fn start(ctx: &Ctx, name: &str, unit: &str, total: Option<i64>) -> Result<Self> {
        let id = queries::start(&mut *ctx.conn().await?, name, unit, total, None, ctx.now()).await?;
        Ok(Self { ctx: ctx.clone(), id })
    }

    /// Announces that of a file, which `was_loaded` knows when it has ended well.
    pub async fn of_file(ctx: &Ctx, name: &str, bytes: u64, fingerprint: Uuid) -> Result<Self> {
        let (mut conn, total) = (ctx.conn().await?, i64::try_from(bytes).ok());
        let id = queries::start(&mut conn, name, "bytes", total, Some(fingerprint), ctx.now()).await?;
        Ok(Self { ctx: ctx.clone(), id })
    }

    async fn progress(&self, done: u64) -> Result<()> {
        let done = i64::try_from(done).unwrap_or(i64::MAX);
        queries::progress(&mut *self.ctx.conn().await?, self.id, done).await?;
        Ok(())
    }

    /// Says how far the work is while it goes on, ends with what came of it and hands the result on.
    pub async fn watch<T>(
        self,
        work: impl Future<Output = Result<T>>,
        done: impl Fn() -> u64,
        message: impl FnOnce(&T) -> String,
    ) -> Result<T> {
        let result = {
            tokio::pin!(work);
            let mut report = tokio::time::interval(REPORT_EVERY);
            loop {
                tokio::select! {
                    result = &mut work => break result,
                    _ = report.tick() => {
                        if let Err(error) = self.progress(done()).await {
                            tracing::debug!(%error, "progress is not shown for a moment");
                        }
                    }
                }
            }
        };
        self.progress(done()).await?;
        let (state, text) = match &result {
            Ok(value) => (LoadState::Done, message(value)),
            Err(error) => (LoadState::Failed, error.to_string()),
        };
        let now = self.ctx.renewed().now();
        queries::finish(&mut *self.ctx.conn().await?, self.id, state, &text, now).await?;
        result
    }
}
