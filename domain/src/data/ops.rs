use super::model::{DataOrigin, LoadProgress, LoadState};
use super::queries;
use crate::{Ctx, Result};

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

/// A load that people can watch.
pub struct Load {
    ctx: Ctx,
    id: i32,
}

impl Load {
    /// Announces it.
    pub async fn start(ctx: &Ctx, name: &str, unit: &str, total: Option<i64>) -> Result<Self> {
        let id = queries::start(&mut *ctx.conn().await?, name, unit, total, ctx.now()).await?;
        Ok(Self { ctx: ctx.clone(), id })
    }

    /// Says how far it is.
    pub async fn progress(&self, done: i64) -> Result<()> {
        queries::progress(&mut *self.ctx.conn().await?, self.id, done).await?;
        Ok(())
    }

    /// Ends it with what came of it, and hands the result on.
    pub async fn end<T>(self, result: Result<T>, message: impl FnOnce(&T) -> String) -> Result<T> {
        let (state, text) = match &result {
            Ok(value) => (LoadState::Done, message(value)),
            Err(error) => (LoadState::Failed, error.to_string()),
        };
        let now = self.ctx.renewed().now();
        queries::finish(&mut *self.ctx.conn().await?, self.id, state, &text, now).await?;
        result
    }
}
